package models

import (
	"slices"
	"testing"
)

func TestDevicesAreSummedUp(t *testing.T) {
	if n := len(Provisions()); n != 13 {
		t.Errorf("%d provisions, the standard has 13", n)
	}
	if n := len(LawfulBases()); n != 7 {
		t.Errorf("%d lawful bases, the law has 7", n)
	}
	all := map[string]string{}
	for _, p := range Provisions() {
		all[p.Value] = "yes"
		if p.Label == "" || p.Meaning == "" {
			t.Errorf("%s is not explained", p.Value)
		}
	}
	with := func(change map[string]string) *Devices {
		d := &Devices{Used: true, Provisions: map[string]string{"board-paper": "no"}} // one of their own
		for k, v := range all {
			d.Provisions[k] = v
		}
		for k, v := range change {
			if d.Provisions[k] = v; v == "" {
				delete(d.Provisions, k)
			}
		}
		return d
	}
	for _, c := range []struct {
		d     *Devices
		want  string
		facet []string
	}{
		{with(nil), "13 of 13", []string{"all-met"}},
		{with(map[string]string{"5.1": "", "5.13": "unknown"}), "11 of 13, unknown: 2", []string{"unknown"}},
		{with(map[string]string{"5.1": "partly", "5.2": "no", "5.3": "unknown"}), "10 of 13, partly: 1, no: 1, unknown: 1", []string{"gaps", "unknown"}},
		{&Devices{Used: true}, "0 of 13, unknown: 13", []string{"unknown"}},
		{&Devices{}, "0 of 13, unknown: 13", nil},
	} {
		if got := c.d.Summary(); got != c.want {
			t.Errorf("%v is summed up as %q, want %q", c.d.Provisions, got, c.want)
		}
		if got := c.d.Facet(); !slices.Equal(got, c.facet) {
			t.Errorf("%v is found by %v, want %v", c.d.Provisions, got, c.facet)
		}
	}
	if (*Devices)(nil).Facet() != nil {
		t.Error("what says nothing of devices is found by them")
	}
}
