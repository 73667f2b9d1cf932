package spc_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"grassroots/models/spc"
)

// stepped writes a measure with a step after the first values.
func stepped(before, after []float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "step: p%d\n", len(before)+1)
	for i, v := range append(append([]float64{}, before...), after...) {
		fmt.Fprintf(&b, "p%d,%g\n", i+1, v)
	}
	return b.String()
}

func TestTheEndsOfASeries(t *testing.T) {
	t.Parallel()
	ten := []float64{8, 12, 8, 12, 8, 12, 8, 12, 8, 12} // mean 10, variance 40/9
	five := []float64{4, 6, 4, 6, 4, 6, 4, 6, 4, 6}     // mean 5, variance 10/9
	of := func(before, after []float64) spc.Ends {
		m, err := spc.Parse(stepped(before, after))
		if err != nil {
			t.Fatal(err)
		}
		e, ok := spc.EndsOf(m.Series)
		if !ok {
			t.Fatal("it has a step")
		}
		return e
	}
	e := of(ten, five)
	// By hand: s² / (n x̄²) is 4.444/1000 and 1.111/250, each 0.004444, so the standard error is
	// √0.008889 = 0.094281, and the bounds are 0.5 exp(±0.184790) − 1.
	if e.Before != 10 || e.After != 5 || !e.Bounded || math.Abs(e.Low+58.437) > 0.01 || math.Abs(e.High+39.853) > 0.01 {
		t.Errorf("%+v", e)
	}
	if e := of(ten[:9], five); e.Bounded || e.PointsBefore != 9 {
		t.Errorf("nine points bound nothing: %+v", e)
	}
	if e := of([]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, five); e.Bounded {
		t.Errorf("nothing has no per cent: %+v", e)
	}
	m, err := spc.Parse("a,1\nb,2")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := spc.EndsOf(m.Series); ok {
		t.Error("there is no step")
	}
}
