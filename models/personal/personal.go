// Package personal finds in plain text what must not be stored: numbers,
// names, addresses and dates that tell who a patient is, and secrets such as
// passwords and keys. It looks at text alone, keeps nothing, and takes time
// that grows with the text and no faster, whatever the text is.
//
// docs/patient-data.md says what is found, what is not, and how well.
package personal

import (
	"cmp"
	"slices"
)

// Kind says what sort of personal data, or secret, was found.
type Kind string

// The kinds of finding.
const (
	NHSNumber         Kind = "nhs_number"
	CHINumber         Kind = "chi_number" // Scotland
	HSCNumber         Kind = "hsc_number" // Northern Ireland
	DateOfBirth       Kind = "date_of_birth"
	HospitalNumber    Kind = "hospital_number"
	Name              Kind = "name"
	Address           Kind = "address"
	Phone             Kind = "phone"
	Email             Kind = "email"
	NationalInsurance Kind = "national_insurance"
	Secret            Kind = "secret"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{NHSNumber, CHINumber, HSCNumber, DateOfBirth, HospitalNumber, Name, Address, Phone, Email, NationalInsurance, Secret}
}

// Valid tells whether the kind is one of those listed.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Label gives the kind as a person reads it in the middle of a sentence.
func (k Kind) Label() string {
	switch k {
	case NHSNumber:
		return "NHS number"
	case CHINumber:
		return "CHI number"
	case HSCNumber:
		return "Health and Care number"
	case DateOfBirth:
		return "date of birth"
	case HospitalNumber:
		return "hospital number"
	case Name:
		return "name"
	case Address:
		return "address"
	case Phone:
		return "phone number"
	case Email:
		return "e-mail address"
	case NationalInsurance:
		return "National Insurance number"
	case Secret:
		return "password or key"
	}
	return string(k)
}

// Finding is one place in a text. Start and End count characters (Unicode code
// points) from 0; End is that after the last. A certain one stops a save; of
// one that is not the writer is asked.
type Finding struct {
	Kind    Kind
	Start   int
	End     int
	Certain bool
}

// Options say what is let through.
type Options struct {
	// Demo lets NHS numbers of the test range (those that begin with 999, which
	// are given to nobody) pass.
	Demo bool
	// Allow lists kinds that are in their place in this text: the name of an
	// author, say, in the field for it.
	Allow []Kind
}

// Find gives what is personal in a text, in order and without overlaps.
func Find(text string, o Options) []Finding {
	if len(text) < shortest {
		return nil
	}
	s := scanner{options: o, fold: folded(text)}
	s.cueWords()
	s.scan()
	return s.settled()
}

// shortest is the length in bytes of the shortest text that can hold anything
// personal: a title, a space and a name of two letters.
const shortest = 5

// scanner is a text on its way through the detector. Positions in it are those
// of its folded form.
type scanner struct {
	fold
	options Options
	cues    [cueKinds][]span
	found   []Finding // by folded positions
}

// span is a stretch of the folded text.
type span struct{ from, to int }

// add notes a finding from one folded position to another.
func (s *scanner) add(kind Kind, from, to int, certain bool) {
	s.found = append(s.found, Finding{Kind: kind, Start: from, End: to, Certain: certain})
}

// scan goes over the text once. Each rule is tried where its first character
// stands, and looks no further than a bounded distance from there.
func (s *scanner) scan() {
	for i := 0; i < len(s.low); {
		c := s.low[i]
		switch {
		case isDigit(c):
			i = s.number(i)
		case isLetter(c):
			i = s.word(i)
		case c == '@':
			s.email(i)
			i++
		case c == ':' && s.has(i, "://"):
			s.passwordInURL(i)
			i += 3
		case c == '-' && s.has(i, "-----begin "):
			i = s.keyBlock(i)
		default:
			i++
		}
	}
}

// settled gives the findings by character, without those that are let through
// and without overlaps: a certain one before a doubtful one, then the longer.
func (s *scanner) settled() []Finding {
	kept := slices.DeleteFunc(s.found, func(f Finding) bool { return f.End <= f.Start || slices.Contains(s.options.Allow, f.Kind) })
	slices.SortStableFunc(kept, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	out := make([]Finding, 0, len(kept))
	for _, f := range kept {
		if n := len(out); n > 0 && f.Start < out[n-1].End {
			last := &out[n-1]
			switch {
			case f.Certain && !last.Certain:
				f.Start, f.End = last.Start, max(f.End, last.End)
				*last = f
			case f.Certain == last.Certain:
				last.End = max(last.End, f.End)
			}
			continue
		}
		out = append(out, f)
	}
	for i := range out {
		out[i].Start, out[i].End = s.begins(out[i].Start), s.ends(out[i].End-1)
	}
	return out
}
