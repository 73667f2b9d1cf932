package app

import (
	"context"

	"grassroots/models"
	"grassroots/models/demo"
)

// loadDemoCollections brings in the invented collections whose first case study is new
// here, so that one that somebody deleted stays so.
func (a *App) loadDemoCollections(ctx context.Context, content demo.Content, people map[string]*models.Person, fresh map[string]bool) error {
	st := a.Site.Store
	for _, d := range content.Collections {
		if !fresh[d.Items[0].CaseStudyID] {
			continue
		}
		c := d.Collection
		c.ID, c.OwnerID = st.NewID(), people[d.Handle].ID
		if err := st.CreateCollection(ctx, &c); err != nil {
			return err
		}
		for _, handle := range d.Editors {
			if _, err := st.InviteEditor(ctx, c.ID, people[handle].ID, c.OwnerID); err != nil {
				return err
			}
			if err := st.AcceptCollection(ctx, c.ID, people[handle].ID); err != nil {
				return err
			}
		}
		if d.ListOf == "" {
			continue
		}
		if err := st.MarkReadingList(ctx, c.ID, "", d.ListOf); err != nil {
			return err
		}
	}
	return nil
}
