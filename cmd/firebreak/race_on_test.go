//go:build race

package main

// underRace says that the race detector looks on, which makes everything several
// times slower.
const underRace = true
