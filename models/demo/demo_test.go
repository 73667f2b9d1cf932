package demo

import (
	"bytes"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"grassroots/models"
	"grassroots/models/format"
	"grassroots/models/reference"
)

// author is whom the case studies from published sources are by.
const author = "Grassroots demo"

func loaded(t *testing.T) Content {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestThereIsEnoughToShow(t *testing.T) {
	c := loaded(t)
	published, stages := 0, map[models.Stage]int{}
	for _, f := range c.CaseStudies {
		stages[f.Stage]++
		if f.Authors[0].Name == author {
			published++
		}
	}
	if len(c.CaseStudies) < 36 || published < 30 || len(c.People) < 10 || len(c.Comments) < 50 || len(c.Votes) < 100 {
		t.Errorf("%d case studies, %d of them published, %d people, %d comments, %d votes", len(c.CaseStudies), published, len(c.People), len(c.Comments), len(c.Votes))
	}
	for _, s := range models.Stages() {
		if stages[s] == 0 {
			t.Errorf("no case study is at the stage %s", s)
		}
	}
}

// TestCaseStudiesSayWhereTheyComeFrom holds that nobody can take the
// demonstration for the word of a trust.
func TestCaseStudiesSayWhereTheyComeFrom(t *testing.T) {
	for _, f := range loaded(t).CaseStudies {
		if f.Authors[0].Name != author {
			if !strings.Contains(f.Body, "invented") {
				t.Errorf("%s: by %s and does not say that it is invented", f.Title, f.Authors[0].Name)
			}
			continue
		}
		if !strings.Contains(f.Body+"\n", "\n\nWritten for the demonstration from published sources; not written or checked by the organisation.\n") {
			t.Errorf("%s: does not say who wrote it", f.Title)
		}
		linked := slices.ContainsFunc(f.Evidence, func(e models.Evidence) bool { return e.URL != "" && strings.Contains(f.Body, "]("+e.URL+")") })
		if !linked || !strings.Contains(f.Body, "\n## Sources\n") {
			t.Errorf("%s: no source in its evidence is linked from its text", f.Title)
		}
	}
}

func TestCaseStudiesAreCanonicalFiles(t *testing.T) {
	names, err := fs.Glob(files, "case-studies/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range loaded(t).CaseStudies {
		src, err := fs.ReadFile(files, names[i])
		if err != nil {
			t.Fatal(err)
		}
		written, err := format.Write(f)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(src, written) {
			t.Errorf("%s is not as it would be exported", names[i])
		}
		if f.Created.IsZero() || f.Updated.Before(f.Created) {
			t.Errorf("%s: created %v, updated %v", names[i], f.Created, f.Updated)
		}
	}
}

func TestReferencesOfCaseStudiesResolve(t *testing.T) {
	c := loaded(t)
	ids, slugs := map[string]bool{}, map[string]bool{}
	for _, f := range c.CaseStudies {
		if !models.ValidID(f.ID) || ids[f.ID] || slugs[models.Slugify(f.Title)] {
			t.Errorf("%s: its id %q or its address is missing or not its own", f.Title, f.ID)
		}
		ids[f.ID], slugs[models.Slugify(f.Title)] = true, true
		if f.Organisation != "" && !c.hasOrganisation(f.Organisation) {
			t.Errorf("%s: organisation %q", f.Title, f.Organisation)
		}
		for _, s := range f.Settings {
			if !slices.Contains(reference.Settings(), s) {
				t.Errorf("%s: setting %q", f.Title, s)
			}
		}
		for _, l := range f.Connections {
			if !isSystem(l.From) || !isSystem(l.To) || l.Standard != "" && !isStandard(l.Standard) || l.Site != "" && !c.hasOrganisation(l.Site) {
				t.Errorf("%s: connection %+v names what no list has", f.Title, l)
			}
		}
		for _, a := range f.Authors {
			if a.Name != author && !slices.ContainsFunc(c.People, func(p models.Person) bool { return p.Name == a.Name && p.Email == a.Email }) {
				t.Errorf("%s: author %q is nobody of the demonstration", f.Title, a.Name)
			}
		}
	}
}

func (c Content) hasOrganisation(code string) bool {
	return slices.ContainsFunc(c.Organisations, func(o models.Organisation) bool { return o.Code == code })
}

func isSystem(name string) bool {
	return slices.ContainsFunc(reference.Systems(), func(s models.System) bool {
		return slices.ContainsFunc(append(s.Aliases, s.Name, s.Slug), func(n string) bool { return strings.EqualFold(n, name) })
	})
}

func isStandard(code string) bool {
	return slices.ContainsFunc(reference.Standards(), func(s models.Standard) bool { return s.Code == code })
}

func isRegion(name string) bool {
	return slices.ContainsFunc(reference.Regions(), func(r reference.Region) bool { return r.Name == name })
}

func TestOrganisationsAreWhole(t *testing.T) {
	c := loaded(t)
	seen := map[string]bool{}
	for _, o := range c.Organisations {
		if !models.ValidODSCode(o.Code) || seen[o.Code] || o.Name == "" || o.Name != models.CleanLine(o.Name) || o.Kind == "" {
			t.Errorf("not whole: %+v", o)
		}
		seen[o.Code] = true
		if o.Region != "" && !isRegion(o.Region) {
			t.Errorf("%s: region %q", o.Code, o.Region)
		}
		if (o.ICBCode == "") != (o.ICBName == "") {
			t.Errorf("%s: ICB %q is called %q", o.Code, o.ICBCode, o.ICBName)
		}
		for _, s := range o.Successors {
			if !c.hasOrganisation(s) || o.Closed == nil {
				t.Errorf("%s: succeeded by %q, closed %v", o.Code, s, o.Closed)
			}
		}
	}
}

func TestPeopleAreInventedAndWhole(t *testing.T) {
	c := loaded(t)
	groups := reference.StaffGroupNames()
	handles, emails, roles := map[string]bool{}, map[string]bool{}, map[models.Role]bool{}
	for _, p := range c.People {
		if err := p.Validate(groups); err != nil {
			t.Errorf("%s: %v", p.Handle, err)
		}
		if handles[p.Handle] || emails[p.Email] || !strings.HasSuffix(p.Email, "@demo.nhs.uk") || !models.ValidEmail(p.Email) {
			t.Errorf("%s: e-mail address %q", p.Handle, p.Email)
		}
		handles[p.Handle], emails[p.Email] = true, true
		if !p.Demo || !strings.Contains(p.Bio, "Invented for the demonstration") || !c.hasOrganisation(p.Organisation) {
			t.Errorf("%s: %+v", p.Handle, p)
		}
		for _, g := range p.Grants {
			roles[g.Role] = true
		}
	}
	for _, r := range models.Roles() {
		if !roles[r] {
			t.Errorf("nobody shows the role %s", r)
		}
	}
}

func TestCommentsAndVotesResolve(t *testing.T) {
	c := loaded(t)
	studies, handles, comments := map[string]format.File{}, map[string]bool{}, map[string]Comment{}
	for _, f := range c.CaseStudies {
		studies[f.ID] = f
	}
	for _, p := range c.People {
		handles[p.Handle] = true
	}
	mention := regexp.MustCompile(`@([a-z0-9][a-z0-9-]*)`)
	for _, m := range c.Comments {
		study, ok := studies[m.CaseStudyID]
		if !ok || !handles[m.Handle] || m.Created.Before(study.Created) {
			t.Errorf("%s: case study %q, author %q, written %v", m.Ref, m.CaseStudyID, m.Handle, m.Created)
		}
		if err := (&models.Comment{Body: m.Body, Kind: m.Kind}).Validate(); err != nil || m.Body != models.CleanText(m.Body) {
			t.Errorf("%s: %v", m.Ref, err)
		}
		if _, twice := comments[m.Ref]; twice || m.Ref == "" {
			t.Errorf("%s stands twice", m.Ref)
		}
		if parent, ok := comments[m.ReplyTo]; m.ReplyTo != "" && (!ok || parent.CaseStudyID != m.CaseStudyID || m.Created.Before(parent.Created)) {
			t.Errorf("%s answers %q, which does not stand before it", m.Ref, m.ReplyTo)
		}
		for _, found := range mention.FindAllStringSubmatch(m.Body, -1) {
			if !handles[found[1]] {
				t.Errorf("%s mentions %s", m.Ref, found[0])
			}
		}
		comments[m.Ref] = m
	}
	seen := map[Vote]bool{}
	for _, v := range c.Votes {
		if _, ok := studies[v.CaseStudyID]; !ok || !handles[v.Handle] || seen[v] {
			t.Errorf("vote %+v", v)
		}
		seen[v] = true
	}
}

// TestNoPersonCanBeReached looks for what must never be in the demonstration:
// telephone numbers, e-mail addresses that could be somebody's, NHS numbers.
func TestNoPersonCanBeReached(t *testing.T) {
	link := regexp.MustCompile(`https?://[^\s)\]}"]+`)
	email := regexp.MustCompile(`[\w.+-]+@[\w-]+(\.[\w-]+)+`)
	phone := regexp.MustCompile(`(\+44[ \d()-]{9,}|\b0\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}\b)`)
	nhsNumber := regexp.MustCompile(`\b\d{3}[ -]?\d{3}[ -]?\d{4}\b`)
	found := func(text string) []string {
		text = link.ReplaceAllString(text, "")
		var out []string
		for _, m := range email.FindAllString(text, -1) {
			if !strings.HasSuffix(m, "@demo.nhs.uk") {
				out = append(out, m)
			}
		}
		out = append(out, phone.FindAllString(text, -1)...)
		return append(out, nhsNumber.FindAllString(text, -1)...)
	}
	for _, bad := range []string{"Ring 0113 243 2799", "ring 01132432799.", "+44 (0)20 7946 0000", "a.nurse@nhs.net", "943 476 5919"} {
		if len(found(bad)) == 0 {
			t.Errorf("would not be found: %s", bad)
		}
	}
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		if bad := found(string(text)); len(bad) > 0 {
			t.Errorf("%s: %q", path, bad)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLoadSaysWhatCannotBeRead(t *testing.T) {
	_, err := load(fstest.MapFS{
		"organisations.csv":   {Data: []byte("code,name,kind,region,icb_code,icb_name,postcode,opened,closed,successors\nRR8,L,,,,,,1998-04-31,,\n")},
		"people.csv":          {Data: []byte("handle,name,email,role,staff_group,organisation,years_experience,skills,bio,system_role\na,A,a@b.c,R,S,RR8,many,,,member\n\"b\n\",A,a@b.c,R,S,RR8,1,,,\nc,A,a@b.c,R,S,RR8,1,,,boss\n")},
		"comments.csv":        {Data: []byte("case_study_id,ref,handle,kind,body,created,official\nx,c1,a,question,Q,today,perhaps\n")},
		"votes.csv":           {Data: []byte("case_study_id,handle\nx\n")},
		"case-studies/bad.md": {Data: []byte("nothing")},
	})
	if err == nil {
		t.Fatal("was read")
	}
	for _, want := range []string{
		`organisations.csv:2: opened: "1998-04-31" is no date`, "people.csv:2: years_experience is no whole number", `people.csv:5: "boss" is no role`,
		"comments.csv:2: the column reply_to_ref is missing", "votes.csv: record on line 2", "case-studies/bad.md:1: The file has no front matter",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
	if _, err := load(fstest.MapFS{}); err == nil {
		t.Error("a folder without files was read")
	}
}

// TestExpertiseIsOfTheLists holds that what invented people know is there to be
// known.
func TestExpertiseIsOfTheLists(t *testing.T) {
	c := loaded(t)
	ids := map[string]bool{}
	for _, s := range reference.Systems() {
		ids["system "+s.Slug] = true
	}
	for _, s := range reference.Standards() {
		ids["standard "+s.Code] = true
	}
	var languages []string
	for _, l := range reference.Languages() {
		languages = append(languages, l.Code)
	}
	findable := 0
	for _, e := range c.Expertise {
		if !slices.ContainsFunc(c.People, func(p models.Person) bool { return p.Handle == e.Handle }) {
			t.Errorf("nobody is called %s", e.Handle)
		}
		for _, kind := range []models.KnowKind{models.KnowSystem, models.KnowStandard} {
			for _, id := range e.Values(kind) {
				if !ids[string(kind)+" "+id] {
					t.Errorf("%s knows a %s that is not in the list: %s", e.Handle, kind, id)
				}
			}
		}
		if err := e.Validate(reference.Settings(), languages); err != nil {
			t.Errorf("%s: %v", e.Handle, err)
		}
		if e.Findable {
			findable++
		}
	}
	if findable < 10 {
		t.Errorf("only %d can be found", findable)
	}
}

// TestAdoptionsArePlainlyInvented holds that no result is taken for one of a
// real organisation: they are of invented ideas, by invented people.
func TestAdoptionsArePlainlyInvented(t *testing.T) {
	c := loaded(t)
	invented, owners, stopped, sites := map[string]string{}, map[string]string{}, 0, map[string]int{}
	for _, f := range c.CaseStudies {
		if f.Authors[0].Name != author {
			invented[f.ID] = f.Organisation
		}
	}
	for _, p := range c.People {
		owners[p.Handle] = p.Organisation
	}
	for _, a := range c.Adoptions {
		from, ok := invented[a.CaseStudyID]
		a.Organisation = owners[a.Handle]
		if !ok || a.Organisation == "" || a.Organisation == from || !a.Demo {
			t.Errorf("%s adopts %s", a.Handle, a.CaseStudyID)
		}
		before := a.Adoption
		if err := a.Validate(a.ChangedAt); err != nil || before.Started != a.Started || before.Reason != a.Reason {
			t.Errorf("%s: %v", a.Handle, err)
		}
		texts := []string{a.Baseline, a.Result, a.Cost, a.Figures.Money.How}
		for _, m := range a.Figures.Measures {
			texts = append(texts, m.Method)
			sites[m.Name]++
		}
		for _, text := range texts {
			if text != "" && !strings.HasPrefix(text, "Invented: ") {
				t.Errorf("%s says as if it were so: %s", a.Handle, text)
			}
		}
		if a.Status == models.AdoptionStopped {
			stopped++
		}
	}
	if len(c.Adoptions) < 5 || stopped == 0 {
		t.Errorf("%d adoptions, %d stopped", len(c.Adoptions), stopped)
	}
	if sites["Time to find one"] < 2 {
		t.Errorf("no measure is of two places: %v", sites)
	}
}

func TestCollectionsResolve(t *testing.T) {
	c := loaded(t)
	groups := reference.StaffGroupNames()
	person := func(handle string) bool {
		return slices.ContainsFunc(c.People, func(p models.Person) bool { return p.Handle == handle })
	}
	if len(c.Collections) < 3 {
		t.Errorf("%d collections", len(c.Collections))
	}
	for _, one := range c.Collections {
		if err := one.Validate(groups); err != nil {
			t.Errorf("%s: %v", one.Ref, err)
		}
		if !person(one.Handle) || slices.ContainsFunc(one.Editors, func(h string) bool { return !person(h) }) || one.Organisation != "" && !c.hasOrganisation(one.Organisation) || len(one.Items) < 2 || !strings.Contains(one.About, "Invented for the demonstration") {
			t.Errorf("not whole: %+v", one)
		}
		for _, item := range one.Items {
			if _, err := models.CleanNote(item.Note); err != nil || !slices.ContainsFunc(c.CaseStudies, func(f format.File) bool { return f.ID == item.CaseStudyID }) {
				t.Errorf("%s has %+v (%v)", one.Ref, item, err)
			}
		}
	}
}

func TestSomethingIsLearnt(t *testing.T) {
	n := 0
	for _, f := range loaded(t).CaseStudies {
		n += len(models.LearningPoints(f.Body))
	}
	if n < 8 {
		t.Errorf("%d learning points", n)
	}
}

func TestCampaignsAreAsOrganisersCouldMakeThem(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	slugs := map[string]bool{}
	for _, f := range c.CaseStudies {
		slugs[models.Slugify(f.Document.Title)] = true
	}
	people := map[string]bool{}
	for _, p := range c.People {
		people[p.Handle] = true
	}
	for _, d := range c.Campaigns {
		if !people[d.Handle] {
			t.Errorf("%s: nobody is called %s", d.Title, d.Handle)
		}
		if !strings.Contains(d.Brief, "is invented") {
			t.Errorf("%s does not say that it is invented", d.Title)
		}
		for _, criterion := range d.Criteria {
			if n := len(criterion.Anchors); n != 0 && n != models.CampaignScores {
				t.Errorf("%s: %s says of %d scores what they stand for", d.Title, criterion.Name, n)
			}
		}
		for _, stage := range []models.CampaignStage{models.CampaignOpen, models.CampaignResults} {
			if _, ok := d.Steps[stage]; !ok {
				t.Errorf("%s has no stage %s", d.Title, stage)
			}
		}
		for _, e := range d.Entries {
			if !slugs[e.Slug] {
				t.Errorf("%s: no case study has the slug %s", d.Title, e.Slug)
			}
			if len(e.Answers) != len(d.Questions) || (e.Outcome == "") != (e.Reasoning == "") {
				t.Errorf("%s: the entry %s is not whole", d.Title, e.Slug)
			}
		}
	}
	if len(c.Campaigns) < 2 {
		t.Error("there is not one that is open and one that is over")
	}
}
