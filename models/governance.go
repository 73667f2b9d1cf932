package models

import (
	"maps"
	"slices"
)

// Limits of what is said of data use, safety and devices.
const (
	MaxNotes      = 2000
	MaxProvisions = 40
)

// ProvisionAnswers lists how far a provision for connected devices is met.
func ProvisionAnswers() []string { return []string{"yes", "partly", "no", "unknown"} }

// cleanGovernance cleans the parts that say on what ground data is used and
// what was done for safety. They are changed in place only as new values,
// since another Document may share them.
func (d *Document) cleanGovernance() {
	if d.DataUse != nil {
		u := *d.DataUse
		u.LawfulBasis, u.DPIA, u.OptOut = CleanLine(u.LawfulBasis), CleanLine(u.DPIA), CleanLine(u.OptOut)
		u.Notes = CleanText(u.Notes)
		d.DataUse = &u
	}
	if d.Safety != nil {
		s := *d.Safety
		s.DCB0129, s.DCB0160, s.DTAC = CleanLine(s.DCB0129), CleanLine(s.DCB0160), CleanLine(s.DTAC)
		d.Safety = &s
	}
	if d.Devices != nil {
		v := *d.Devices
		v.Provisions = nil
		for _, key := range slices.Sorted(maps.Keys(d.Devices.Provisions)) {
			if name := CleanLine(key); name != "" {
				if v.Provisions == nil {
					v.Provisions = make(map[string]string, len(d.Devices.Provisions))
				}
				v.Provisions[name] = CleanLine(d.Devices.Provisions[key])
			}
		}
		d.Devices = &v
	}
}

func (d *Document) validateGovernance(p *problems) {
	if u := d.DataUse; u != nil {
		shortLine(p, "data_use.lawful_basis", u.LawfulBasis)
		shortLine(p, "data_use.dpia", u.DPIA)
		shortLine(p, "data_use.opt_out", u.OptOut)
		if n := runeLen(u.Notes); n > MaxNotes {
			p.add("data_use.notes", "The notes must be %d characters or fewer; they have %d", MaxNotes, n)
		}
	}
	if s := d.Safety; s != nil {
		shortLine(p, "safety.dcb0129", s.DCB0129)
		shortLine(p, "safety.dcb0160", s.DCB0160)
		shortLine(p, "safety.dtac", s.DTAC)
	}
	if d.Devices == nil {
		return
	}
	if len(d.Devices.Provisions) > MaxProvisions {
		p.add("devices.provisions", "List at most %d provisions", MaxProvisions)
	}
	for _, key := range slices.Sorted(maps.Keys(d.Devices.Provisions)) {
		if runeLen(key) > MaxName {
			p.add("devices.provisions", "The name of a provision must be %d characters or fewer", MaxName)
		}
		if !slices.Contains(ProvisionAnswers(), d.Devices.Provisions[key]) {
			p.add("devices.provisions", "The answer for “%s” must be yes, partly, no or unknown", Truncate(key, MaxName))
		}
	}
}

func shortLine(p *problems, field, value string) {
	if runeLen(value) > MaxName {
		p.add(field, "This must be %d characters or fewer", MaxName)
	}
}
