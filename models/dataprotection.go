package models

import "fmt"

// Choice is one answer that a form offers: how it is kept, how it reads, and
// what it means in plain words.
type Choice struct{ Value, Label, Meaning string }

// LawfulBases lists the grounds on which personal data may be used: the six of
// Article 6(1) of the UK GDPR, and recognised legitimate interests, which
// section 70 of the Data (Use and Access) Act 2025 added.
func LawfulBases() []Choice {
	return []Choice{
		{"public-task", "Public task", "It is part of what the organisation is there for by law. This is the usual one for direct care in the NHS."},
		{"legal-obligation", "Legal obligation", "A law requires it."},
		{"vital-interests", "Vital interests", "It saves a life, and there is no other way."},
		{"consent", "Consent", "The person agreed to this use, and can take that back. It is not the same as agreeing to be treated."},
		{"contract", "Contract", "It is needed for a contract with the person."},
		{"legitimate-interests", "Legitimate interests", "It is needed for something that outweighs the person’s interests. Public authorities cannot use it for their tasks."},
		{"recognised-legitimate-interests", "Recognised legitimate interests", "One of the purposes that the law lists since 2025, such as safeguarding or emergencies."},
	}
}

// AssessmentAnswers lists how far a data protection impact assessment is.
func AssessmentAnswers() []Choice {
	return []Choice{{"done", "Done", ""}, {"in-progress", "Being written", ""}, {"not-needed", "Not needed", ""}, {"not-done", "Not done", ""}, {"unknown", "I don’t know", ""}}
}

// OptOutAnswers lists how the national data opt-out bears on a use of data. It
// is about use beyond a person's own care.
func OptOutAnswers() []Choice {
	return []Choice{{"not-applicable", "Does not apply: individual care only", ""}, {"applied", "Applies, and is respected", ""}, {"not-applied", "Applies, and is not respected yet", ""}, {"unknown", "I don’t know", ""}}
}

// SafetyAnswers lists how far a duty of clinical safety or assurance is met.
func SafetyAnswers() []Choice {
	return []Choice{{"done", "Done", ""}, {"in-progress", "Under way", ""}, {"not-applicable", "Does not apply", ""}, {"not-done", "Not done", ""}, {"unknown", "I don’t know", ""}}
}

// Provisions lists the thirteen provisions of clause 5 of ETSI EN 303 645
// (cyber security for connected consumer devices) by their clause, in our
// words. The standard is not written for medical devices; it is a baseline.
func Provisions() []Choice {
	return []Choice{
		{"5.1", "No universal default passwords", "Each device has a password of its own, or none that could be guessed from another device."},
		{"5.2", "A way to report weaknesses", "The maker says publicly whom to tell of a weakness, and when to expect an answer."},
		{"5.3", "Software is kept up to date", "Updates come for a time that the maker states, and are easy to install."},
		{"5.4", "Secrets are stored safely", "Keys and passwords cannot be read off the device, and are not written into its software."},
		{"5.5", "Communication is protected", "What it sends and receives is encrypted by current methods."},
		{"5.6", "Few ways in", "Ports, services and debugging access that nobody needs are switched off."},
		{"5.7", "Software is checked", "It starts only software that was not tampered with, and says so when it was."},
		{"5.8", "Personal data is protected", "What it holds of people is encrypted on the way and its sensors are declared."},
		{"5.9", "It copes with outages", "It works on, or fails safely, without network or power, and comes back in order."},
		{"5.10", "Its messages are watched", "What it reports of itself is looked at for signs of misuse."},
		{"5.11", "People can delete their data", "What it holds of somebody can be removed simply, as when it goes to the next person."},
		{"5.12", "Easy to install and maintain", "Setting it up safely takes few decisions and is explained."},
		{"5.13", "Input is checked", "What comes in by people, networks or other devices is checked before it is used."},
	}
}

// LabelOf gives how a kept answer reads; one that is not offered reads as it is.
func LabelOf(choices []Choice, value string) string {
	for _, c := range choices {
		if c.Value == value {
			return c.Label
		}
	}
	return value
}

// Count counts how the thirteen provisions are answered; those without an
// answer are unknown.
func (d *Devices) Count() (yes, partly, no, unknown int) {
	for _, p := range Provisions() {
		switch d.Provisions[p.Value] {
		case "yes":
			yes++
		case "partly":
			partly++
		case "no":
			no++
		default:
			unknown++
		}
	}
	return yes, partly, no, unknown
}

// Summary says in short how the provisions are met: "11 of 13, unknown: 2".
func (d *Devices) Summary() string {
	yes, partly, no, unknown := d.Count()
	out := fmt.Sprintf("%d of %d", yes, len(Provisions()))
	for _, part := range []struct {
		word string
		n    int
	}{{"partly", partly}, {"no", no}, {"unknown", unknown}} {
		if part.n > 0 {
			out += fmt.Sprintf(", %s: %d", part.word, part.n)
		}
	}
	return out
}

// The values of the facet of connected devices. One that uses none has none.
const (
	DevicesAllMet  = "all-met" // all thirteen provisions
	DevicesGaps    = "gaps"    // some are met partly or not at all
	DevicesUnknown = "unknown" // of some nobody has said
)

// DeviceFacets lists the values of the facet of connected devices.
func DeviceFacets() []Choice {
	return []Choice{{DevicesAllMet, "All 13 provisions met", ""}, {DevicesGaps, "Some not or partly met", ""}, {DevicesUnknown, "Some unknown", ""}}
}

// Facet gives the values of the facet of connected devices.
func (d *Devices) Facet() []string {
	if d == nil || !d.Used {
		return nil
	}
	yes, partly, no, unknown := d.Count()
	var out []string
	if yes == len(Provisions()) {
		out = append(out, DevicesAllMet)
	}
	if partly+no > 0 {
		out = append(out, DevicesGaps)
	}
	if unknown > 0 {
		out = append(out, DevicesUnknown)
	}
	return out
}
