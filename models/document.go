package models

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Stage says how far a case study has come, from an idea to work that has
// spread or was stopped.
type Stage string

// The stages in the order in which work usually passes through them.
const (
	StageIdea      Stage = "idea"
	StageTrial     Stage = "trial"
	StageInUse     Stage = "in-use"
	StageSpreading Stage = "spreading"
	StageStopped   Stage = "stopped"
)

// Stages lists every stage in order.
func Stages() []Stage {
	return []Stage{StageIdea, StageTrial, StageInUse, StageSpreading, StageStopped}
}

// Valid tells whether the stage is one of the five.
func (s Stage) Valid() bool { return slices.Contains(Stages(), s) }

// Label gives the stage as a person reads it.
func (s Stage) Label() string {
	switch s {
	case StageIdea:
		return "Idea"
	case StageTrial:
		return "Trial"
	case StageInUse:
		return "In use"
	case StageSpreading:
		return "Spreading"
	case StageStopped:
		return "Stopped"
	}
	return string(s)
}

// Limits of a document, in characters unless they say otherwise.
const (
	MaxTitle       = 150
	MaxSummary     = 600
	MaxBody        = 100_000
	MaxName        = 100
	MaxTag         = 40
	MaxTags        = 10
	MaxAuthors     = 30
	MaxConnections = 60
	MaxSettings    = 12
	MaxEvidence    = 60
	MaxBenefits    = 60
	MaxURL         = 2000

	MaxStandardCode = 60
)

// Document is what its authors write of a case study: the fields of the case
// study format, version 1, without identity and times.
type Document struct {
	Title        string         `json:"title"`
	Summary      string         `json:"summary,omitempty"`
	Stage        Stage          `json:"stage"`
	Organisation string         `json:"organisation,omitempty"` // ODS code of where it happens
	Authors      []Author       `json:"authors,omitempty"`
	Settings     []string       `json:"settings,omitempty"` // names of the settings list
	Tags         []string       `json:"tags,omitempty"`
	Connections  []Connection   `json:"connections,omitempty"`
	Benefits     []Benefit      `json:"benefits,omitempty"`
	DataUse      *DataUse       `json:"data_use,omitempty"`
	Safety       *Safety        `json:"safety,omitempty"`
	Devices      *Devices       `json:"devices,omitempty"`
	Evidence     []Evidence     `json:"evidence,omitempty"`
	NICEEvidence *NICEEvidence  `json:"nice_evidence,omitempty"`
	ResearchUse  *ResearchUse   `json:"research_use,omitempty"`
	Campaign     string         `json:"campaign,omitempty"`
	Visibility   Visibility     `json:"visibility,omitempty"` // empty: ToEverybody
	Licence      string         `json:"licence,omitempty"`
	Language     string         `json:"language,omitempty"`
	ReviewBy     string         `json:"review_by,omitempty"` // YYYY-MM-DD
	Extra        map[string]any `json:"extra,omitempty"`     // keys of the file that this version does not know
	Body         string         `json:"body"`
}

// Author is one person who made the work. Email is never shown.
type Author struct {
	Name       string         `json:"name"`
	Handle     string         `json:"handle,omitempty"`
	Email      string         `json:"email,omitempty"`
	Role       string         `json:"role,omitempty"`
	StaffGroup string         `json:"staff_group,omitempty"`
	Extra      map[string]any `json:"extra,omitempty"`
}

// Connection is one link between two systems: the interoperability record.
type Connection struct {
	From      string         `json:"from"`
	To        string         `json:"to"`
	Standard  string         `json:"standard,omitempty"` // code of the standards list
	Version   string         `json:"version,omitempty"`
	Transport string         `json:"transport,omitempty"`
	Direction string         `json:"direction,omitempty"` // one-way, two-way, view, unknown
	Data      []string       `json:"data,omitempty"`
	Status    string         `json:"status,omitempty"` // planned, trial, live, stopped, unknown
	Site      string         `json:"site,omitempty"`   // ODS code
	Extra     map[string]any `json:"extra,omitempty"`
}

// Benefit is one measure before and after.
type Benefit struct {
	Measure string         `json:"measure"`
	Unit    string         `json:"unit,omitempty"`
	Before  *float64       `json:"before,omitempty"`
	After   *float64       `json:"after,omitempty"`
	Sample  *int           `json:"sample,omitempty"`
	Period  string         `json:"period,omitempty"` // two dates, YYYY-MM-DD/YYYY-MM-DD
	Method  string         `json:"method,omitempty"`
	Better  string         `json:"better,omitempty"` // lower, higher
	Extra   map[string]any `json:"extra,omitempty"`
}

// DataUse says on what ground personal data is used.
type DataUse struct {
	PersonalData bool           `json:"personal_data"`
	LawfulBasis  string         `json:"lawful_basis,omitempty"`
	DPIA         string         `json:"dpia,omitempty"`
	OptOut       string         `json:"opt_out,omitempty"`
	Notes        string         `json:"notes,omitempty"`
	Extra        map[string]any `json:"extra,omitempty"`
}

// Safety says what was done under the clinical safety standards and DTAC.
type Safety struct {
	DCB0129 string         `json:"dcb0129,omitempty"`
	DCB0160 string         `json:"dcb0160,omitempty"`
	DTAC    string         `json:"dtac,omitempty"`
	Extra   map[string]any `json:"extra,omitempty"`
}

// Devices says whether connected devices are used, and how each provision of
// ETSI EN 303 645 stands (yes, partly, no, unknown).
type Devices struct {
	Used       bool              `json:"used"`
	Provisions map[string]string `json:"provisions,omitempty"`
	Extra      map[string]any    `json:"extra,omitempty"`
}

// Directions lists the ways in which information may go over a connection.
func Directions() []string { return []string{"one-way", "two-way", "view", "unknown"} }

// Statuses lists how far a connection may be.
func Statuses() []string { return []string{"planned", "trial", "live", "stopped", "unknown"} }

var (
	odsCode      = regexp.MustCompile(`^[A-Z0-9]{3,10}$`)
	tagForm      = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}][\p{Ll}\p{Lo}\p{N}&+. -]*$`)
	standardForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,59}$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
	campaignForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,99}$`)
)

// ValidODSCode tells whether code has the form of an Organisation Data Service
// code: 3 to 10 upper-case letters and digits. Whether it exists is another
// question; the ODS opens and closes codes every month.
func ValidODSCode(code string) bool { return odsCode.MatchString(code) }

// CleanCode gives an ODS code that somebody typed as it is written: in capitals,
// with no space around it. Whether it is one is for ValidODSCode to tell.
func CleanCode(s string) string { return strings.ToUpper(CleanLine(s)) }

// Clean puts every field into its kept form: lines folded, codes in capitals,
// tags in lower case without repeats, empty entries dropped.
func (d *Document) Clean() {
	d.Title, d.Summary = CleanLine(d.Title), CleanLine(d.Summary)
	d.Stage = Stage(CleanLine(string(d.Stage)))
	d.Organisation = cleanCode(d.Organisation)
	d.Body = CleanText(d.Body)
	for i := range d.Authors {
		a := &d.Authors[i]
		a.Name, a.Role, a.StaffGroup = CleanLine(a.Name), CleanLine(a.Role), CleanLine(a.StaffGroup)
		a.Handle, a.Email = strings.ToLower(CleanLine(a.Handle)), strings.ToLower(CleanLine(a.Email))
	}
	d.Authors = without(d.Authors, Author.empty)
	d.Settings = cleanList(d.Settings, CleanLine)
	d.Tags = cleanList(d.Tags, CleanTag)
	for i := range d.Connections {
		d.Connections[i].clean()
	}
	d.Connections = without(d.Connections, Connection.empty)
	for i := range d.Benefits {
		b := &d.Benefits[i]
		b.Measure, b.Unit, b.Period, b.Method, b.Better = CleanLine(b.Measure), CleanLine(b.Unit), CleanLine(b.Period), CleanLine(b.Method), CleanLine(b.Better)
	}
	for i := range d.Evidence {
		d.Evidence[i].clean()
	}
	d.Evidence = without(d.Evidence, Evidence.empty)
	d.cleanGovernance()
	d.cleanStandards()
	d.cleanResearch()
	d.Visibility = Visibility(CleanLine(string(d.Visibility)))
	d.Campaign, d.Licence, d.Language, d.ReviewBy = CleanLine(d.Campaign), CleanLine(d.Licence), CleanLine(d.Language), CleanLine(d.ReviewBy)
}

func (c *Connection) clean() {
	c.From, c.To, c.Version, c.Transport = CleanLine(c.From), CleanLine(c.To), CleanLine(c.Version), CleanLine(c.Transport)
	c.Standard = strings.ToLower(CleanLine(c.Standard))
	c.Direction, c.Status = CleanLine(c.Direction), CleanLine(c.Status)
	c.Site = cleanCode(c.Site)
	c.Data = cleanList(c.Data, CleanLine)
}

func (c Connection) empty() bool {
	return c.From == "" && c.To == "" && c.Standard == "" && c.Version == "" && c.Transport == "" && c.Direction == "" && len(c.Data) == 0 &&
		c.Status == "" && c.Site == "" && len(c.Extra) == 0
}

// cleanCode puts what can be a code into capitals. What is rather a name, such
// as Leeds, stays as it was typed: the checks then say that it is no code.
func cleanCode(s string) string {
	s = CleanLine(s)
	code := strings.ToUpper(s)
	if ValidODSCode(code) && (len(code) == 3 || strings.ContainsAny(code, "0123456789")) {
		return code
	}
	return s
}

func (a Author) empty() bool {
	return a.Name == "" && a.Handle == "" && a.Email == "" && a.Role == "" && a.StaffGroup == "" && len(a.Extra) == 0
}

// without drops entries; a list that holds nothing is nil.
func without[T any](list []T, drop func(T) bool) []T {
	if list = slices.DeleteFunc(list, drop); len(list) == 0 {
		return nil
	}
	return list
}

// cleanList cleans each entry and drops the empty and the repeated.
func cleanList(in []string, f func(string) string) []string {
	var out []string
	for _, s := range in {
		if s = f(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Complete fills in what is the same nearly everywhere and so need not be said:
// the language and the licence.
func (d *Document) Complete() {
	if d.Language == "" {
		d.Language = "en"
	}
	if d.Licence == "" {
		d.Licence = "OGL-UK-3.0"
	}
}

// WithoutEmails gives a copy that has no e-mail addresses of authors, for
// whoever is not to see them.
func (d Document) WithoutEmails() Document {
	d.Authors = slices.Clone(d.Authors)
	for i := range d.Authors {
		d.Authors[i].Email = ""
	}
	return d
}

// KeepEmails puts the authors' addresses back that were not given out, so that
// reading a document and writing it back loses none.
func (d *Document) KeepEmails(old *Document) {
	for i := range d.Authors {
		a := &d.Authors[i]
		for _, was := range old.Authors {
			if a.Email == "" && was.Name == a.Name && was.Handle == a.Handle {
				a.Email = was.Email
			}
		}
	}
}

// Same tells whether two cleaned documents say the same.
func (d *Document) Same(other *Document) bool {
	x, errX := json.Marshal(d)
	y, errY := json.Marshal(other)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// SameText is Same, the e-mail addresses of authors aside, which not every copy
// has.
func (d *Document) SameText(other *Document) bool {
	x, y := d.WithoutEmails(), other.WithoutEmails()
	return x.Same(&y)
}

// Validate checks a cleaned document against the rules of the format and gives
// an Invalid error that names every field at fault, or nil. Field names are
// those of the format, with an index for the entries of lists
// ("connections[0].from").
func (d *Document) Validate() error {
	var p problems
	switch n := runeLen(d.Title); {
	case n == 0:
		p.add("title", "Enter a title")
	case n > MaxTitle:
		p.add("title", "The title must be %d characters or fewer; it has %d", MaxTitle, n)
	}
	if n := runeLen(d.Summary); n > MaxSummary {
		p.add("summary", "The summary must be %d characters or fewer; it has %d", MaxSummary, n)
	}
	switch {
	case d.Stage == "":
		p.add("stage", "Choose a stage")
	case !d.Stage.Valid():
		p.add("stage", "The stage must be idea, trial, in-use, spreading or stopped")
	}
	if d.Organisation != "" && !ValidODSCode(d.Organisation) {
		p.add("organisation", "Enter the ODS code of an organisation, such as RR8, or its full name")
	}
	d.validateVisibility(&p)
	switch n := runeLen(d.Body); {
	case strings.TrimSpace(d.Body) == "":
		p.add("body", "Write at least one section")
	case n > MaxBody:
		p.add("body", "The text must be %d characters or fewer; it has %d", MaxBody, n)
	}
	d.validateLists(&p)
	d.validateConnections(&p)
	d.validateBenefits(&p)
	d.validateRest(&p)
	d.validateGovernance(&p)
	d.validateStandards(&p)
	d.validateResearch(&p)
	d.validateExtra(&p)
	return p.err("The case study was not saved: some fields need your attention.")
}

func (d *Document) validateLists(p *problems) {
	if len(d.Authors) > MaxAuthors {
		p.add("authors", "List at most %d authors", MaxAuthors)
	}
	for i, a := range d.Authors {
		if a.Name == "" || runeLen(a.Name) > MaxName {
			p.add(index("authors", i)+".name", "Enter the author's name, %d characters or fewer", MaxName)
		}
		if runeLen(a.Role) > MaxName || runeLen(a.StaffGroup) > MaxName {
			p.add(index("authors", i), "The author's role and staff group must be %d characters or fewer each", MaxName)
		}
		if a.Email != "" && !ValidEmail(a.Email) {
			p.add(index("authors", i)+".email", "Enter an e-mail address such as name@nhs.net")
		}
	}
	if len(d.Settings) > MaxSettings {
		p.add("settings", "Choose at most %d settings", MaxSettings)
	}
	for i, s := range d.Settings {
		if runeLen(s) > MaxName {
			p.add(index("settings", i), "A setting must be %d characters or fewer", MaxName)
		}
	}
	if len(d.Tags) > MaxTags {
		p.add("tags", "Use at most %d tags", MaxTags)
	}
	for i, t := range d.Tags {
		p.checkTag(index("tags", i), t)
	}
}

// checkTag adds what is wrong with a tag.
func (p *problems) checkTag(field, tag string) {
	if runeLen(tag) > MaxTag || !tagForm.MatchString(tag) {
		p.add(field, "A tag has letters, digits, spaces and hyphens, %d characters at most: “%s” does not", MaxTag, Truncate(tag, MaxTag))
	}
}

func (d *Document) validateConnections(p *problems) {
	if len(d.Connections) > MaxConnections {
		p.add("connections", "List at most %d connections", MaxConnections)
	}
	for i, c := range d.Connections {
		at := index("connections", i)
		if c.From == "" || runeLen(c.From) > MaxName {
			p.add(at+".from", "Enter the system that the information comes from, %d characters or fewer", MaxName)
		}
		if c.To == "" || runeLen(c.To) > MaxName {
			p.add(at+".to", "Enter the system that the information goes to, %d characters or fewer", MaxName)
		}
		if c.Standard != "" && !standardForm.MatchString(c.Standard) {
			p.add(at+".standard", "Choose a standard from the list, or “I don’t know”")
		}
		if c.Direction != "" && !slices.Contains(Directions(), c.Direction) {
			p.add(at+".direction", "The direction must be one-way, two-way, view or unknown")
		}
		if c.Status != "" && !slices.Contains(Statuses(), c.Status) {
			p.add(at+".status", "The status must be planned, trial, live, stopped or unknown")
		}
		if c.Site != "" && !ValidODSCode(c.Site) {
			p.add(at+".site", "Enter the ODS code of the site, such as RR8, or its full name")
		}
		if runeLen(c.Version) > MaxName || runeLen(c.Transport) > MaxName || len(c.Data) > 30 {
			p.add(at, "Version and transport must be %d characters or fewer, data at most 30 entries", MaxName)
		}
		for _, s := range c.Data {
			if runeLen(s) > MaxName {
				p.add(at+".data", "Each kind of data must be %d characters or fewer", MaxName)
			}
		}
	}
}

func (d *Document) validateBenefits(p *problems) {
	if len(d.Benefits) > MaxBenefits {
		p.add("benefits", "List at most %d benefits", MaxBenefits)
	}
	for i, b := range d.Benefits {
		at := index("benefits", i)
		if b.Measure == "" || runeLen(b.Measure) > MaxTitle {
			p.add(at+".measure", "Say what was measured, in %d characters or fewer", MaxTitle)
		}
		if runeLen(b.Unit) > MaxName || runeLen(b.Method) > MaxSummary {
			p.add(at, "The unit must be %d characters or fewer, the method %d", MaxName, MaxSummary)
		}
		if !finite(b.Before) {
			p.add(at+".before", "Enter a number")
		}
		if !finite(b.After) {
			p.add(at+".after", "Enter a number")
		}
		if b.Better != "" && b.Better != "lower" && b.Better != "higher" {
			p.add(at+".better", "Better must be lower or higher")
		}
		if b.Sample != nil && *b.Sample < 0 {
			p.add(at+".sample", "The sample cannot be less than 0")
		}
		if b.Period != "" {
			from, to, ok := strings.Cut(b.Period, "/")
			f, errF := time.Parse(time.DateOnly, from)
			t, errT := time.Parse(time.DateOnly, to)
			if !ok || errF != nil || errT != nil || t.Before(f) {
				p.add(at+".period", "The period must be two dates in order, such as 2025-01-01/2025-03-31")
			}
		}
	}
}

func finite(f *float64) bool { return f == nil || !math.IsNaN(*f) && !math.IsInf(*f, 0) }

func (d *Document) validateRest(p *problems) {
	d.validateEvidence(p)
	if d.Campaign != "" && !campaignForm.MatchString(d.Campaign) {
		p.add("campaign", "A campaign is named by lower-case letters, digits and hyphens")
	}
	if runeLen(d.Licence) > 60 {
		p.add("licence", "The licence must be 60 characters or fewer, such as OGL-UK-3.0")
	}
	if d.Language != "" && !languageForm.MatchString(d.Language) {
		p.add("language", "The language must be a code such as en or cy")
	}
	if d.ReviewBy != "" {
		if _, err := time.Parse(time.DateOnly, d.ReviewBy); err != nil {
			p.add("review_by", "Enter the review date as YYYY-MM-DD, such as 2027-02-11")
		}
	}
}

func index(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }
