package app

import (
	"context"
	"strings"
	"time"

	"grassroots/app/casestudies"
	"grassroots/app/comments"
	"grassroots/app/people"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/demo"
)

// Importer gives the account in whose name content is brought in.
func (a *App) Importer(ctx context.Context) (*models.Person, error) {
	p, err := a.Site.Store.PersonByEmail(ctx, models.ImporterEmail)
	if models.KindOf(err) == models.NotFound {
		p = models.Person{ID: a.Site.Store.NewID(), Handle: "import", Name: "Imported", Email: models.ImporterEmail, JobTitle: "Content brought in from files",
			CreatedAt: a.Site.Now(), Grants: []models.Grant{{Role: models.RoleModerator}}}
		err = a.Site.Store.CreatePerson(ctx, &p)
	}
	return &p, err
}

// WhoImported gives the account of Importer without making it: one that is
// nobody's when nothing has been imported yet.
func (a *App) WhoImported(ctx context.Context) (*models.Person, error) {
	p, err := a.Site.Store.PersonByEmail(ctx, models.ImporterEmail)
	if models.KindOf(err) == models.NotFound {
		return &models.Person{Grants: []models.Grant{{Role: models.RoleModerator}}}, nil
	}
	return &p, err
}

// IssueToken makes the person if needed, grants the role and gives a new API
// token: the only time that its secret is known. expires may be nil.
func (a *App) IssueToken(ctx context.Context, email, name string, role models.Role, expires *time.Time) (secret string, err error) {
	st := a.Site.Store
	err = st.Tx(ctx, func(ctx context.Context) error {
		p, err := st.PersonByEmail(ctx, email)
		if models.KindOf(err) == models.NotFound {
			p, err = people.Create(ctx, a.Site, email, name)
		}
		if err != nil {
			return err
		}
		if err := st.Grant(ctx, p.ID, models.Grant{Role: role, Organisation: leadOf(role, p)}); err != nil {
			return err
		}
		secret = web.TokenPrefix + web.NewSecret()
		return st.CreateToken(ctx, secret, models.Token{ID: st.NewID(), PersonID: p.ID, Name: "Made on the command line", CreatedAt: a.Site.Now(), ExpiresAt: expires})
	})
	return secret, err
}

func leadOf(role models.Role, p models.Person) string {
	if role == models.RoleLead {
		return p.Organisation
	}
	return ""
}

// DemoCounts says what loading the demonstration did.
type DemoCounts struct{ Created, Unchanged int }

// LoadDemo brings the demonstration in: organisations, people, case studies,
// comments, votes, adoptions, collections and campaigns. What is there already stays as it is, also where it has
// been changed since.
func (a *App) LoadDemo(ctx context.Context, content demo.Content) (DemoCounts, error) {
	var counts DemoCounts
	err := a.Site.Store.Tx(ctx, func(ctx context.Context) error {
		counts = DemoCounts{}
		ids, err := a.loadDemoPeople(ctx, content)
		if err != nil {
			return err
		}
		fresh, err := a.loadDemoCaseStudies(ctx, content, ids, &counts)
		if err != nil {
			return err
		}
		if err := a.loadDemoFeedback(ctx, content, ids, fresh); err != nil {
			return err
		}
		if err := a.loadDemoCollections(ctx, content, ids, fresh); err != nil {
			return err
		}
		return a.loadDemoCampaigns(ctx, content, ids, fresh)
	})
	if err == nil {
		a.Site.Changed()
	}
	return counts, err
}

func (a *App) loadDemoPeople(ctx context.Context, content demo.Content) (map[string]*models.Person, error) {
	st := a.Site.Store
	for _, o := range content.Organisations {
		known, err := st.Organisation(ctx, o.Code)
		if err == nil && known.Named {
			continue
		}
		if _, _, err := st.SaveOrganisation(ctx, o); err != nil {
			return nil, err
		}
	}
	ids := map[string]*models.Person{}
	for _, p := range content.People {
		known, err := st.PersonByHandle(ctx, p.Handle)
		if models.KindOf(err) == models.NotFound {
			p.ID, p.Demo, p.CreatedAt = st.NewID(), true, a.Site.Now()
			known, err = p, st.CreatePerson(ctx, &p)
		}
		if err != nil {
			return nil, err
		}
		ids[p.Handle] = &known
	}
	for _, e := range content.Expertise {
		kept, err := st.Expertise(ctx, ids[e.Handle].ID)
		if err == nil && kept.ChangedAt.IsZero() {
			e.PersonID = ids[e.Handle].ID
			err = st.SaveExpertise(ctx, &e.Expertise, func(models.KnowKind, string) string { return "" })
		}
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (a *App) loadDemoCaseStudies(ctx context.Context, content demo.Content, people map[string]*models.Person, counts *DemoCounts) (map[string]bool, error) {
	fresh := map[string]bool{}
	importer, err := a.Importer(ctx)
	if err != nil {
		return nil, err
	}
	for _, file := range content.CaseStudies {
		if _, err := a.Site.Store.CaseStudy(ctx, file.ID); err == nil {
			counts.Unchanged++
			continue
		}
		if _, _, err := a.CaseStudies.Import(ctx, demoOwner(file.Authors, people, importer), file, casestudies.ImportOptions{Demo: true}); err != nil {
			return nil, err
		}
		counts.Created++
		fresh[file.ID] = true
	}
	return fresh, nil
}

// demoOwner gives the invented person who posted a case study, or the account
// for imports when it was written from published sources.
func demoOwner(authors []models.Author, people map[string]*models.Person, importer *models.Person) *models.Person {
	for _, a := range authors {
		for _, p := range people {
			if a.Handle == p.Handle || strings.EqualFold(a.Name, p.Name) || a.Email != "" && strings.EqualFold(a.Email, p.Email) {
				return p
			}
		}
	}
	return importer
}

func (a *App) loadDemoFeedback(ctx context.Context, content demo.Content, people map[string]*models.Person, fresh map[string]bool) error {
	refs := map[string]string{}
	for _, c := range content.Comments {
		if !fresh[c.CaseStudyID] {
			continue
		}
		id := a.Site.Store.NewID()
		refs[c.Ref] = id
		_, err := a.Comments.Import(ctx, comments.ImportedComment{ID: id, CaseStudyID: c.CaseStudyID, ParentID: refs[c.ReplyTo], AuthorID: people[c.Handle].ID,
			Kind: c.Kind, Body: c.Body, Official: c.Official, Created: c.Created})
		if err != nil {
			return err
		}
	}
	for _, v := range content.Votes {
		if !fresh[v.CaseStudyID] {
			continue
		}
		if _, err := a.Site.Store.Vote(ctx, v.CaseStudyID, people[v.Handle].ID, true); err != nil {
			return err
		}
	}
	for _, d := range content.Adoptions {
		if !fresh[d.CaseStudyID] {
			continue
		}
		if err := a.loadDemoAdoption(ctx, d.Adoption, people[d.Handle]); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) loadDemoAdoption(ctx context.Context, d models.Adoption, owner *models.Person) error {
	d.ID, d.OwnerID, d.Organisation = a.Site.Store.NewID(), owner.ID, owner.Organisation
	for i := range d.Steps {
		d.Steps[i].PersonID = owner.ID
	}
	if err := a.Site.Store.KeepAdoption(ctx, d, false); err != nil {
		return err
	}
	return a.Site.Store.Recount(ctx, d.CaseStudyID)
}
