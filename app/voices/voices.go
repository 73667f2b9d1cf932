// Package voices shows who takes part and who does not, by staff group, band,
// setting, region and kind of organisation, beside how the workforce is made up.
// It shows nothing of one person: docs/voices.md says how.
package voices

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/reference"
	"grassroots/models/store"
)

const (
	pageURL  = "/impact/voices"
	adminURL = "/admin/workforce"
	// countEvery is how often it is looked whether a quarter is over.
	countEvery = 24 * time.Hour
)

// Feature is the pages, operations and job, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
}

// count is the job that counts a quarter that is over.
type count struct{}

// Kind implements jobs.Args.
func (count) Kind() string { return "voices.count" }

// New makes the feature and registers its job.
func New(site *web.Site, queue *jobs.Queue) *Feature {
	f := &Feature{site: site, store: site.Store}
	jobs.RegisterLong(queue, 30*time.Minute, func(ctx context.Context, _ count) error { return f.Count(ctx) })
	queue.Every(countEvery, count{})
	return f
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(pageURL, f.page)
	r.Get(pageURL+".csv", f.file)
	r.Get(adminURL, web.Signed(f.workforcePage))
	r.Post(adminURL, web.Signed(f.saveWorkforce))
}

// Count makes the columns of the quarters that are over and have none yet, and
// keeps them. It keeps no count that is not shown, but how many people each
// column is made of, by which the next is held back when few came or left.
func (f *Feature) Count(ctx context.Context) error {
	had, err := f.store.VoiceColumns(ctx)
	if err != nil {
		return err
	}
	first, err := f.store.FirstPublished(ctx)
	if err != nil {
		return err
	}
	wanted := models.WantedVoices(had, first, models.VoicesUntil(f.site.Now()))
	if len(wanted) == 0 {
		return nil
	}
	key, err := hkdf.Key(sha256.New, f.site.Secret, nil, "voices", 32)
	if err != nil {
		return err
	}
	n := &models.VoiceCount{Acts: map[models.VoiceDid][]models.VoiceAct{}, LeftOut: drawn(key)}
	if n.People, err = f.store.VoicePeople(ctx); err != nil {
		return err
	}
	place := make(map[string]int, len(n.People))
	for i, p := range n.People {
		place[p.ID] = i
	}
	for _, did := range models.VoiceDids() {
		err := f.store.EachVoiceAct(ctx, did, func(person string, a models.VoiceAct) {
			if i, ok := place[person]; ok {
				a.Person = i
				n.Acts[did] = append(n.Acts[did], a)
			}
		})
		if err != nil {
			return err
		}
	}
	return f.store.AddVoices(ctx, n.Make(had, wanted))
}

// drawn leaves about one person in ten out of each table, the same ones each time,
// by a draw that nobody can repeat who has not the secret of the site.
func drawn(key []byte) func(by models.VoiceBy, id string) bool {
	mac := hmac.New(sha256.New, key)
	return func(by models.VoiceBy, id string) bool {
		mac.Reset()
		mac.Write([]byte(string(by) + " " + id))
		return mac.Sum(nil)[0] < 26
	}
}

// groups lists what people can be counted under.
func (f *Feature) groups(ctx context.Context) (map[models.VoiceBy][]models.VoiceGroup, error) {
	out := map[models.VoiceBy][]models.VoiceGroup{}
	add := func(by models.VoiceBy, value, label string) {
		out[by] = append(out[by], models.VoiceGroup{Value: value, Label: label})
	}
	for _, g := range reference.StaffGroups() {
		add(models.ByStaffGroup, g.Name, g.Name)
	}
	for _, b := range models.PayBands() {
		if b.Counts() {
			add(models.ByBand, string(b), b.Label())
		}
	}
	for _, s := range reference.Settings() {
		add(models.BySetting, s, s)
	}
	for _, r := range reference.Regions() {
		add(models.ByRegion, r.Name, r.Name)
	}
	kinds, err := f.store.OrganisationKinds(ctx)
	for _, k := range kinds {
		add(models.ByKind, k, k)
	}
	return out, err
}
