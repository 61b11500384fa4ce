package engine

import (
	"fmt"
	"time"
)

// Bucket is a bar of a histogram: what is at least From and less than To.
type Bucket struct {
	Label string  `json:"label"`
	From  float64 `json:"from"`  // a share of life, or seconds
	To    float64 `json:"to"`    // 0: there is no upper edge
	Known bool    `json:"known"` // false: what could not be measured
	Tally
}

// byShare puts credentials into buckets by how much of their life is used up.
func byShare(credentials []Audited) []Bucket {
	buckets := histogram([]float64{0, 0.25, 0.5, 0.75, 1, 1.5}, func(edge float64) string { return fmt.Sprintf("%.0f%%", edge*100) })
	for _, c := range credentials {
		place := len(buckets) - 1
		if c.Share != nil {
			place = bucketOf(buckets, *c.Share)
		}
		buckets[place].Add(c.Verdict)
	}
	return buckets
}

// byAge puts credentials into buckets by the time since their last rotation.
func byAge(credentials []Audited) []Bucket {
	var edges []float64
	for _, days := range []int{0, 1, 7, 30, 90, 180, 365} {
		edges = append(edges, (time.Duration(days) * day).Seconds())
	}
	buckets := histogram(edges, func(edge float64) string { return fmt.Sprintf("%.0fd", edge/day.Seconds()) })
	for _, c := range credentials {
		place := len(buckets) - 1
		if c.Age != nil {
			place = bucketOf(buckets, float64(*c.Age))
		}
		buckets[place].Add(c.Verdict)
	}
	return buckets
}

// histogram makes empty buckets from one edge to the next, one beyond the last,
// and one for what is not known.
func histogram(edges []float64, word func(edge float64) string) []Bucket {
	buckets := make([]Bucket, 0, len(edges)+1)
	for i, edge := range edges {
		b := Bucket{From: edge, Known: true, Label: word(edge) + " and more"}
		if i+1 < len(edges) {
			b.To = edges[i+1]
			b.Label = word(edge) + "–" + word(b.To)
		}
		buckets = append(buckets, b)
	}
	return append(buckets, Bucket{Label: "not known"})
}

func bucketOf(buckets []Bucket, value float64) int {
	for i, b := range buckets {
		if b.Known && value >= b.From && (b.To == 0 || value < b.To) {
			return i
		}
	}
	return len(buckets) - 1
}
