// Package bot holds the rules of Firebreak and what applies them.
package bot
