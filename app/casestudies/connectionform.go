package casestudies

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// systemNames looks names up among the systems of the lists.
type systemNames map[string]models.System

// systemNamesOf knows every system by its slug, its name and its other names.
// A name of one is not taken for another name of the next.
func systemNamesOf(v *web.Vocabulary) systemNames {
	names := systemNames{}
	for _, s := range v.Systems {
		names[strings.ToLower(s.Slug)], names[strings.ToLower(s.Name)] = s, s
	}
	for _, s := range v.Systems {
		for _, a := range s.Aliases {
			if _, taken := names[strings.ToLower(a)]; !taken {
				names[strings.ToLower(a)] = s
			}
		}
	}
	return names
}

// isNew tells whether a name is in no list, or nobody has confirmed it.
func (n systemNames) isNew(name string) bool {
	return name != "" && !n[strings.ToLower(name)].Confirmed
}

// fillConnections puts the connections of a draft into its form, with what is
// offered for them.
func (f *Feature) fillConnections(ctx context.Context, e *templates.Editor, d models.Draft, more bool) error {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	names := systemNamesOf(v)
	listed := map[string]bool{"": true}
	for _, s := range v.Standards {
		listed[s.Code] = true
	}
	var sites []string
	for _, c := range d.Document.Connections {
		if c.Site != "" {
			sites = append(sites, c.Site)
		}
	}
	called, err := f.store.OrganisationNames(ctx, sites)
	if err != nil {
		return err
	}
	for _, c := range withEmpty(d.Document.Connections, more) {
		e.Connections = append(e.Connections, templates.ConnectionField{Connection: c, FromNew: names.isNew(c.From), ToNew: names.isNew(c.To),
			Listed: listed[c.Standard], SiteName: called[c.Site]})
	}
	e.Systems, e.Standards = SystemOptions(v), v.StandardGroups()
	return nil
}

// shownAliases is how many other names of a system a form offers beside it.
const shownAliases = 5

// SystemOptions gives the names of systems that a form offers.
func SystemOptions(v *web.Vocabulary) []templates.SystemOption {
	out := make([]templates.SystemOption, len(v.Systems))
	for i, s := range v.Systems {
		out[i] = templates.SystemOption{Name: s.Name, Also: strings.Join(s.Aliases[:min(len(s.Aliases), shownAliases)], ", ")}
	}
	return out
}

// removedRow reads which row of connections the pressed button takes away; -1
// is none.
func removedRow(c *fiber.Ctx) int {
	if row, ok := strings.CutPrefix(web.Value(c, "action"), "remove-connection-"); ok {
		if i, err := strconv.Atoi(row); err == nil {
			return i
		}
	}
	return -1
}

// readConnections reads the connections of the form over what is kept: keys
// that the form does not know stay with a row that is still about the same.
func readConnections(c *fiber.Ctx, kept []models.Connection) []models.Connection {
	var out []models.Connection
	removed := removedRow(c)
	for i := 0; i <= models.MaxConnections; i++ {
		at := "connections[" + strconv.Itoa(i) + "]."
		if !web.HasField(c, at+"from") {
			break
		}
		if i == removed {
			continue
		}
		v := func(field string) string { return web.Value(c, at+field) }
		one := models.Connection{From: systemTyped(v("from")), To: systemTyped(v("to")), Standard: v("standard"), Version: v("version"),
			Transport: v("transport"), Direction: v("direction"), Data: splitComma(v("data")), Status: v("status"), Site: v("site")}
		if other := models.CleanLine(v("standard_other")); other != "" {
			one.Standard = other
		}
		if i < len(kept) && kept[i].From == one.From && kept[i].To == one.To {
			one.Extra = kept[i].Extra
		}
		out = append(out, one)
	}
	return out
}

// systemTyped takes what people write when they do not know a system's name
// for the entry of the list that says so.
func systemTyped(name string) string {
	switch strings.ToLower(strings.NewReplacer("’", "", "'", "").Replace(models.CleanLine(name))) {
	case "i dont know", "dont know", "not sure", "?":
		return "Unknown"
	}
	return name
}

// lookUp puts codes in the place of the names that a form allows for standards
// and organisations. What nobody is called stays as it was typed, for the
// checks to say so.
func (f *Feature) lookUp(ctx context.Context, d *models.Document) error {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	texts := []string{d.Organisation}
	for i := range d.Connections {
		d.Connections[i].Standard = standardTyped(v, d.Connections[i].Standard)
		texts = append(texts, d.Connections[i].Site)
	}
	codes, err := f.store.OrganisationsCalled(ctx, texts)
	if err != nil {
		return err
	}
	called := func(text *string) {
		if code := codes[*text]; code != "" {
			*text = code
		}
	}
	called(&d.Organisation)
	for i := range d.Connections {
		called(&d.Connections[i].Site)
	}
	return nil
}

// standardTyped gives the code of a standard that was chosen or typed: by its
// code, its name or another name, and for one that nobody knows yet a code made
// of its name.
func standardTyped(v *web.Vocabulary, text string) string {
	if text = models.CleanLine(text); text == "" {
		return ""
	}
	if code := v.StandardCalled(text); code != "" {
		return code
	}
	if slug := models.Slugify(text); strings.ContainsFunc(text, isLetterOrDigit) && len(slug) <= models.MaxStandardCode {
		return slug
	}
	return text
}

func isLetterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// ConnectionRows puts names and links to the systems, standards and sites of
// connections.
func (f *Feature) ConnectionRows(ctx context.Context, list []models.Connection) ([]templates.ConnectionRow, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var names, sites []string
	for _, c := range list {
		names = append(names, c.From, c.To)
		if c.Site != "" && !slices.Contains(sites, c.Site) {
			sites = append(sites, c.Site)
		}
	}
	slugs, err := f.store.SystemSlugs(ctx, names)
	if err != nil {
		return nil, err
	}
	called, err := f.store.OrganisationNames(ctx, sites)
	if err != nil {
		return nil, err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	listed := systemNamesOf(v)
	rows := make([]templates.ConnectionRow, len(list))
	for i, c := range list {
		from, to := slugs[c.From], slugs[c.To]
		rows[i] = templates.ConnectionRow{From: c.From, To: c.To, FromURL: systemURL(from), ToURL: systemURL(to), FromProposed: listed.isNew(from), ToProposed: listed.isNew(to),
			Transport: c.Transport, State: templates.ConnectionState(c.Status, c.Direction), Data: strings.Join(c.Data, ", "),
			AskURL: templates.InteroperabilityURL(from, to)}
		if c.Standard != "" && c.Standard != models.Unknown {
			rows[i].Standard = templates.StandardVersion(v.StandardName(c.Standard), c.Version)
			rows[i].StandardURL = "/standards/" + url.PathEscape(c.Standard)
		}
		if c.Site != "" {
			rows[i].Site, rows[i].SiteURL = called[c.Site], "/organisations/"+url.PathEscape(c.Site)
		}
	}
	return rows, nil
}

func systemURL(slug string) string { return "/systems/" + url.PathEscape(slug) }
