package teams

import (
	"image"
	"image/color"
	"math"
)

// The sizes that Teams asks for, in pixels.
const (
	colorSize   = 192
	outlineSize = 32
)

// ember is the colour behind the flame: the accent.
var ember = color.NRGBA{R: 0xB8, G: 0x39, B: 0x0E, A: 0xFF}

// colorIcon is a white flame with a firebreak through it, on the accent. Teams
// rounds the corners itself.
func colorIcon() *image.NRGBA {
	return icon(colorSize, func(covered float64) color.NRGBA {
		return color.NRGBA{R: mix(ember.R, covered), G: mix(ember.G, covered), B: mix(ember.B, covered), A: 0xFF}
	})
}

// outlineIcon is the same flame in white on nothing, as Teams wants it.
func outlineIcon() *image.NRGBA {
	return icon(outlineSize, func(covered float64) color.NRGBA {
		return color.NRGBA{R: 0xFF, G: 0xFF, B: 0xFF, A: mix(0, covered)}
	})
}

// mix goes from a value towards the brightest.
func mix(from uint8, share float64) uint8 {
	return from + uint8(math.Round(float64(0xFF-from)*share))
}

// samples is how often a pixel is looked at, along each side.
const samples = 8

// icon paints a square by how much of each pixel the flame covers.
func icon(size int, paint func(covered float64) color.NRGBA) *image.NRGBA {
	painted := image.NewNRGBA(image.Rect(0, 0, size, size))

	for y := range size {
		for x := range size {
			painted.SetNRGBA(x, y, paint(covered(x, y, size)))
		}
	}

	return painted
}

// covered returns which share of a pixel the flame covers.
func covered(x, y, size int) float64 {
	hits := 0

	for i := range samples {
		for j := range samples {
			at := func(n, part int) float64 { return (float64(n) + (float64(part)+0.5)/samples) / float64(size) }
			if inFlame(at(x, i), at(y, j)) {
				hits++
			}
		}
	}

	return float64(hits) / (samples * samples)
}

// inFlame reports whether a point of the square from 0 to 1 is in the flame and
// not in the strip that was cleared to stop it.
func inFlame(x, y float64) bool {
	const top, bottom = 0.13, 0.88

	down := (y - top) / (bottom - top) // 0 at the tip, 1 at the foot
	if down <= 0 || down >= 1 {
		return false
	}

	half := 0.62 * math.Pow(down, 1.15) * math.Sqrt(1-down)
	middle := 0.5 + 0.075*math.Sin(2*math.Pi*down)*(1-down)
	strip := math.Abs(y-0.655+0.45*(x-0.5)) < 0.042

	return math.Abs(x-middle) < half && !strip
}
