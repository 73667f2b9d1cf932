package models

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// EachText gives every text of a document that a person can have typed to
// visit, with the name of its field, and puts what visit gives back in its
// place: keys and numbers of what this version of the format does not know,
// too. Nothing that another Document may share is changed in place.
func (d *Document) EachText(visit func(field, text string) string) {
	put := func(field string, text *string) { *text = visit(field, *text) }
	put("title", &d.Title)
	put("summary", &d.Summary)
	put("organisation", &d.Organisation)
	put("body", &d.Body)
	d.Settings, d.Tags = eachLine(d.Settings, "settings", visit), eachLine(d.Tags, "tags", visit)
	d.Authors = slices.Clone(d.Authors)
	for i := range d.Authors {
		a, at := &d.Authors[i], index("authors", i)
		put(at+".name", &a.Name)
		put(at+".handle", &a.Handle)
		put(at+".email", &a.Email)
		put(at+".role", &a.Role)
		put(at+".staff_group", &a.StaffGroup)
		a.Extra = eachExtra(a.Extra, at+".extra", visit)
	}
	d.Connections = slices.Clone(d.Connections)
	for i := range d.Connections {
		c, at := &d.Connections[i], index("connections", i)
		put(at+".from", &c.From)
		put(at+".to", &c.To)
		put(at+".standard", &c.Standard)
		put(at+".version", &c.Version)
		put(at+".transport", &c.Transport)
		put(at+".site", &c.Site)
		c.Data = eachLine(c.Data, at+".data", visit)
		c.Extra = eachExtra(c.Extra, at+".extra", visit)
	}
	d.eachTextOfProof(visit)
	d.eachTextOfGovernance(visit)
	d.eachTextOfResearch(visit)
	put("campaign", &d.Campaign)
	put("licence", &d.Licence)
	d.Extra = eachExtra(d.Extra, "extra", visit)
}

func (d *Document) eachTextOfProof(visit func(field, text string) string) {
	put := func(field string, text *string) { *text = visit(field, *text) }
	d.Benefits = slices.Clone(d.Benefits)
	for i := range d.Benefits {
		b, at := &d.Benefits[i], index("benefits", i)
		put(at+".measure", &b.Measure)
		put(at+".unit", &b.Unit)
		put(at+".method", &b.Method)
		b.Extra = eachExtra(b.Extra, at+".extra", visit)
	}
	d.Evidence = slices.Clone(d.Evidence)
	for i := range d.Evidence {
		e, at := &d.Evidence[i], index("evidence", i)
		put(at+".title", &e.Title)
		put(at+".url", &e.URL)
		e.Authors = eachLine(e.Authors, at+".authors", visit)
		put(at+".source", &e.Source)
		put(at+".doi", &e.DOI)
		put(at+".pmid", &e.PMID)
		put(at+".benefit", &e.Benefit)
		put(at+".claim", &e.Claim)
		put(at+".checked_by", &e.CheckedBy)
		e.Extra = eachExtra(e.Extra, at+".extra", visit)
	}
}

func (d *Document) eachTextOfGovernance(visit func(field, text string) string) {
	if d.DataUse != nil {
		u := *d.DataUse
		u.LawfulBasis, u.DPIA = visit("data_use.lawful_basis", u.LawfulBasis), visit("data_use.dpia", u.DPIA)
		u.OptOut, u.Notes = visit("data_use.opt_out", u.OptOut), visit("data_use.notes", u.Notes)
		u.Extra = eachExtra(u.Extra, "data_use.extra", visit)
		d.DataUse = &u
	}
	if d.Safety != nil {
		s := *d.Safety
		s.DCB0129, s.DCB0160, s.DTAC = visit("safety.dcb0129", s.DCB0129), visit("safety.dcb0160", s.DCB0160), visit("safety.dtac", s.DTAC)
		s.Extra = eachExtra(s.Extra, "safety.extra", visit)
		d.Safety = &s
	}
	if d.Devices != nil {
		v := *d.Devices
		v.Provisions = nil
		for _, key := range slices.Sorted(maps.Keys(d.Devices.Provisions)) {
			if v.Provisions == nil {
				v.Provisions = make(map[string]string, len(d.Devices.Provisions))
			}
			v.Provisions[visit("devices.provisions", key)] = visit("devices.provisions", d.Devices.Provisions[key])
		}
		v.Extra = eachExtra(v.Extra, "devices.extra", visit)
		d.Devices = &v
	}
}

func eachLine(list []string, field string, visit func(field, text string) string) []string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = visit(index(field, i), list[i])
	}
	return list
}

func eachExtra(extra map[string]any, field string, visit func(field, text string) string) map[string]any {
	if extra == nil {
		return nil
	}
	out := make(map[string]any, len(extra))
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		out[visit(field, key)] = eachValue(extra[key], key, field, visit)
	}
	return out
}

// eachValue visits a value under its key: a number is read with the key before
// it, which says what it is.
func eachValue(value any, key, field string, visit func(field, text string) string) any {
	switch v := value.(type) {
	case string:
		return afterKey(v, v, key, field, visit)
	case int, int64, uint64:
		text := fmt.Sprint(v)
		return afterKey(v, text, key, field, visit)
	case float64:
		return afterKey(v, strconv.FormatFloat(v, 'f', -1, 64), key, field, visit)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = eachValue(v[i], key, field, visit)
		}
		return list
	case map[string]any:
		return eachExtra(v, field, visit)
	}
	return value
}

func afterKey(value any, text, key, field string, visit func(field, text string) string) any {
	before := key + ": "
	changed := visit(field, before+text)
	if changed == before+text || len(changed) < len(before) || changed[:len(before)] != before {
		return value
	}
	return changed[len(before):]
}
