package personal

import "sort"

// cueKind is what a word nearby says of a number or a name.
type cueKind int

const (
	cueNHS     cueKind = iota
	cueCHI             // of Scotland
	cueHSC             // of Northern Ireland
	cuePatient         // a person is spoken of who is cared for
	cueStaff           // a person is spoken of who works
	cueBirth
	cueStreet
	cueHome  // where somebody lives
	cuePlace // where nobody lives
	cuePhone
	cueWork  // a number of work
	cueCoded // a number that is a code of another sort
	cueRef   // a number that counts orders, tickets and the like
	cueKinds
)

var cueOf = func() map[string][]cueKind {
	m := map[string][]cueKind{}
	for kind, words := range map[cueKind][]string{
		cueNHS: {"nhs", "nhsno", "nhsnumber", "nhsnum"},
		cueCHI: {"chi", "chino", "chinumber"},
		cueHSC: {"hsc", "hcn", "hscn", "hcno"},
		cuePatient: {"patient", "patients", "pt", "pts", "admitted", "readmitted", "discharged", "diagnosed", "diagnosis", "aged", "bed", "mother", "father", "daughter",
			"son", "wife", "husband", "relative", "relatives", "carer", "nok", "kin", "prescribed", "resident", "lives", "baby", "deceased", "died", "attended", "dob",
			"mrn", "bay", "widow", "fell", "collapsed", "biopsy", "allergic", "symptoms", "scan", "bloods", "medication", "referral", "appointment", "catheter", "stroke",
			"dementia", "diabetes", "cancer", "clinic", "operation", "surgery", "hip", "pain", "cubicle", "transferred", "theatre", "tablets", "discharge", "letter", "results", "feeds"},
		cueStaff: {"consultant", "consultants", "surgeon", "surgeons", "matron", "sister", "nurse", "manager", "director", "lead", "leads", "chair", "chaired", "chief", "registrar",
			"pharmacist", "officer", "head", "dr", "professor", "prof", "author", "authors", "colleague", "colleagues", "clinician", "physiotherapist", "midwife",
			"governor", "minister", "mp", "secretary", "councillor", "trustee", "speaker", "engineer", "analyst", "developer", "therapist", "radiographer",
			"paramedic", "chaplain", "executive", "ccio", "cio", "cnio", "ceo", "presented", "supervisor", "trainer", "administrator", "receptionist",
			"orthopaedics", "urology", "surgical", "anaesthetist", "porter", "technician", "informatician", "staff", "team", "sponsor", "frcs", "rgn", "mbe", "obe"},
		cueBirth: {"dob", "birth", "born", "birthdate", "birthday"},
		cueStreet: {"road", "street", "lane", "avenue", "close", "drive", "crescent", "way", "court", "gardens", "place", "terrace", "grove", "hill", "park", "square",
			"walk", "rd", "st", "ave", "ln", "cl", "mews", "rise", "view", "row", "green", "cottage", "cottages", "parade", "villas", "wynd", "loan", "brae", "heights", "fields",
			"bank", "croft", "house", "flats", "heol", "ffordd", "stryd", "drove", "dr", "cres", "gdns", "quay", "vale", "end", "yard", "farm", "meadow", "meadows", "approach"},
		cueHome: {"home", "lives", "lived", "living", "residing", "resident", "resides", "address", "patient", "pt", "tenant", "discharged", "moved", "visit", "visited", "mr", "mrs",
			"flat", "household", "bungalow", "neighbour"},
		cuePlace: {"hospital", "surgery", "clinic", "centre", "center", "trust", "health", "practice", "infirmary", "university", "department", "office", "offices", "building", "unit",
			"library", "council", "suite", "floor", "nhs", "hq", "headquarters", "venue", "conference", "museum", "hotel", "school", "college", "box", "ltd", "limited", "plc", "hub",
			"station", "campus", "workshop", "event", "meeting", "hall", "pharmacy", "laboratory", "warehouse", "depot", "board", "service", "hospice", "church", "institute"},
		cuePhone: {"tel", "phone", "telephone", "call", "fax", "ring", "text", "mobile", "whatsapp", "mob", "phoned", "rang", "contact", "dial"},
		cueWork: {"work", "duty", "bleep", "pager", "office", "helpdesk", "desk", "reception", "switchboard", "service", "team", "oncall", "hotline", "helpline", "ward",
			"department", "landline", "shared", "project"},
		cueCoded: {"isbn", "issn", "snomed", "sctid", "concept", "refset", "doi", "gtin", "ean", "orcid", "timestamp", "epoch", "uprn", "dmd", "ctv", "valueset"},
		cueRef:   {"invoice", "order", "ticket", "purchase", "catalogue", "asset", "serial", "incident", "build", "account", "grant", "version", "po"},
	} {
		for _, w := range words {
			m[w] = append(m[w], kind)
		}
	}
	return m
}()

// cueWords notes where the words stand that say what is around them.
func (s *scanner) cueWords() {
	for i := 0; i < len(s.low); {
		if !isLetter(s.low[i]) {
			i++
			continue
		}
		end := s.wordEnd(i)
		if end-i <= 16 {
			for _, kind := range cueOf[string(s.low[i:end])] {
				s.cues[kind] = append(s.cues[kind], span{i, end})
			}
		}
		switch {
		case s.has(i, "h&c"):
			s.cues[cueHSC] = append(s.cues[cueHSC], span{i, i + 3})
		case s.has(i, "n.h.s"):
			s.cues[cueNHS] = append(s.cues[cueNHS], span{i, i + 5})
		case s.has(i, "d.o.b"):
			s.cues[cueBirth] = append(s.cues[cueBirth], span{i, i + 5})
		case s.has(i, "on-call"):
			s.cues[cueWork] = append(s.cues[cueWork], span{i, i + 7})
		}
		i = end
	}
}

// before gives the last word of a kind that ends at or before i, no more than
// so many characters away, in the same paragraph.
func (s *scanner) before(kind cueKind, i, distance int) (span, bool) {
	list := s.cues[kind]
	n := sort.Search(len(list), func(n int) bool { return list[n].to > i })
	if n == 0 || i-list[n-1].to > distance || s.broken(list[n-1].to, i) {
		return span{}, false
	}
	return list[n-1], true
}

// after gives the first word of a kind that begins at or after i.
func (s *scanner) after(kind cueKind, i, distance int) (span, bool) {
	list := s.cues[kind]
	n := sort.Search(len(list), func(n int) bool { return list[n].from >= i })
	if n == len(list) || list[n].from-i > distance || s.broken(i, list[n].from) {
		return span{}, false
	}
	return list[n], true
}

// near tells whether a word of a kind is before or after a stretch.
func (s *scanner) near(kind cueKind, from, to, before, after int) bool {
	if _, ok := s.before(kind, from, before); ok {
		return true
	}
	_, ok := s.after(kind, to, after)
	return ok
}

// broken tells whether a paragraph or table row ends in a stretch.
func (s *scanner) broken(from, to int) bool {
	for i := from; i < to-1; i++ {
		if s.low[i] == '\n' && (s.low[i+1] == '\n' || s.low[i+1] == '#' || s.low[i+1] == '|') {
			return true
		}
	}
	return false
}
