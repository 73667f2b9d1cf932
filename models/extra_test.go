package models

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// valid is a document that breaks no rule.
func valid() Document { return Document{Title: "T", Stage: StageIdea, Body: "Text"} }

func fieldsOf(err error) []string {
	var out []string
	for _, f := range Fields(err) {
		out = append(out, f.Field)
	}
	return out
}

func TestUnknownKeysAreBoundedInFormOnly(t *testing.T) {
	nested := func(depth int) any {
		v := any("x")
		for range depth - 1 {
			v = map[string]any{"k": v}
		}
		return v
	}
	for name, tt := range map[string]struct {
		value any
		ok    bool
	}{
		"nothing": {nil, true}, "text": {"a: b\n", true}, "a number": {2.5, true}, "a truth value": {false, true},
		"lists and maps":    {[]any{map[string]any{"a": []any{}}, 1.0}, true},
		"as deep as may be": {nested(MaxExtraDepth), true}, "too deep": {nested(MaxExtraDepth + 1), false},
		"as many as may be": {slices.Repeat([]any{1.0}, MaxExtraValues-1), true}, "too many": {slices.Repeat([]any{1.0}, MaxExtraValues), false},
		"long text": {strings.Repeat("é", MaxExtraText), true}, "too long text": {strings.Repeat("é", MaxExtraText+1), false},
		"not UTF-8": {"\xff", false}, "not a number": {math.NaN(), false}, "infinite": {[]any{math.Inf(1)}, false},
		"a Go type": {int64(1), false}, "a map of another kind": {map[string]string{}, false},
		"an empty key": {map[string]any{"": true}, false}, "a long key": {map[string]any{strings.Repeat("k", MaxName+1): true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			for field, put := range map[string]func(d *Document, e map[string]any){
				"extra":                func(d *Document, e map[string]any) { d.Extra = e },
				"authors[0].extra":     func(d *Document, e map[string]any) { d.Authors = []Author{{Name: "N", Extra: e}} },
				"connections[0].extra": func(d *Document, e map[string]any) { d.Connections = []Connection{{From: "A", To: "B", Extra: e}} },
				"benefits[0].extra":    func(d *Document, e map[string]any) { d.Benefits = []Benefit{{Measure: "M", Extra: e}} },
				"evidence[0].extra":    func(d *Document, e map[string]any) { d.Evidence = []Evidence{{Title: "T", Extra: e}} },
				"data_use.extra":       func(d *Document, e map[string]any) { d.DataUse = &DataUse{Extra: e} },
				"safety.extra":         func(d *Document, e map[string]any) { d.Safety = &Safety{Extra: e} },
				"devices.extra":        func(d *Document, e map[string]any) { d.Devices = &Devices{Extra: e} },
			} {
				d := valid()
				put(&d, map[string]any{"x": tt.value})
				d.Clean()
				got := fieldsOf(d.Validate())
				switch {
				case tt.ok && got != nil:
					t.Errorf("%s: refused: %v", field, d.Validate())
				case !tt.ok && !slices.Equal(got, []string{field}) && name != "too many":
					t.Errorf("%s: the fields at fault are %v", field, got)
				case !tt.ok && got == nil:
					t.Errorf("%s: taken", field)
				}
			}
		})
	}
}

func TestAnUnknownKeyHasNoNameOfTheFormat(t *testing.T) {
	d := valid()
	d.Extra = map[string]any{"Title": "another case is another key", "title": "x", "body": "y"}
	d.Connections = []Connection{{From: "A", To: "B", Extra: map[string]any{"title": "fine here", "from": "C"}}}
	d.Safety = &Safety{Extra: map[string]any{"dtac": "passed"}}
	want := []string{"extra", "extra", "connections[0].extra", "safety.extra"}
	if got := fieldsOf(d.Validate()); !slices.Equal(got, want) {
		t.Errorf("the fields at fault are %v and not %v", got, want)
	}
}

func TestGovernanceIsCleanedWithoutTouchingAnother(t *testing.T) {
	d := valid()
	d.DataUse = &DataUse{LawfulBasis: " public-task\n", Notes: "one\r\ntwo\u202e \n"}
	d.Safety = &Safety{DTAC: "\tdone "}
	d.Devices = &Devices{Used: true, Provisions: map[string]string{" updates ": " yes ", " ": "no"}}
	other := d
	d.Clean()
	if d.DataUse.LawfulBasis != "public-task" || d.DataUse.Notes != "one\ntwo" || d.Safety.DTAC != "done" || len(d.Devices.Provisions) != 1 || d.Devices.Provisions["updates"] != "yes" {
		t.Errorf("cleaned to %+v, %+v, %+v", d.DataUse, d.Safety, d.Devices)
	}
	if other.DataUse.LawfulBasis != " public-task\n" || other.Safety.DTAC != "\tdone " || len(other.Devices.Provisions) != 2 {
		t.Error("a document that shared the values was changed")
	}
	if err := d.Validate(); err != nil {
		t.Error(err)
	}
}

func TestGovernanceHasLimits(t *testing.T) {
	long := strings.Repeat("x", MaxName+1)
	d := valid()
	d.DataUse = &DataUse{LawfulBasis: long, DPIA: long, OptOut: long, Notes: strings.Repeat("x", MaxNotes+1)}
	d.Safety = &Safety{DCB0129: long, DCB0160: long, DTAC: long}
	d.Devices = &Devices{Provisions: map[string]string{"a": "perhaps", long: "yes"}}
	want := []string{"data_use.lawful_basis", "data_use.dpia", "data_use.opt_out", "data_use.notes", "safety.dcb0129", "safety.dcb0160", "safety.dtac", "devices.provisions", "devices.provisions"}
	if got := fieldsOf(d.Validate()); !slices.Equal(got, want) {
		t.Errorf("the fields at fault are %v and not %v", got, want)
	}
}

func TestBenefitsHaveFiniteNumbersAndShortTexts(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(-1)
	d := valid()
	d.Benefits = []Benefit{{Measure: "M", Before: &nan, After: &inf}, {Measure: "M", Unit: strings.Repeat("x", MaxName+1)}}
	d.Settings = []string{"Acute", strings.Repeat("x", MaxName+1)}
	want := []string{"settings[1]", "benefits[0].before", "benefits[0].after", "benefits[1]"}
	if got := fieldsOf(d.Validate()); !slices.Equal(got, want) {
		t.Errorf("the fields at fault are %v and not %v", got, want)
	}
}

func TestCleanLeavesNoEmptyList(t *testing.T) {
	d := Document{Authors: []Author{{}}, Connections: []Connection{{Data: []string{" "}}}, Evidence: []Evidence{{Kind: "rct"}}, Tags: []string{" "}}
	d.Clean()
	if d.Authors != nil || d.Connections != nil || d.Evidence != nil || d.Tags != nil {
		t.Errorf("cleaned to %+v", d)
	}
}
