package campaigns

import (
	"context"
	"errors"
	"io"
	"path"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/templates"
)

// AddFile keeps a file that somebody answers a question of a campaign with, from the
// moment it arrives: no other field of its form and no deadline loses it. Its type is told
// by its content, and a picture loses all that it carries beside what it shows. An entry
// has it once it is saved with its id.
func (f *Feature) AddFile(ctx context.Context, p *models.Person, c *models.Campaign, question, name string, content io.Reader) (models.CampaignFile, error) {
	file := models.CampaignFile{ID: f.store.NewID(), CampaignID: c.ID, QuestionID: question, UploadedBy: p.ID, CreatedAt: f.site.Now()}
	field := models.CampaignQuestion{ID: question}.Field()
	sent, err := f.uploads.Receive(ctx, name, content, models.MaxEntryFile)
	if err != nil {
		return file, err
	}
	overrides, err := f.site.CheckTexts(ctx, sent.Texts(field), nil)
	if err != nil {
		return file, err
	}
	kept, name, err := f.uploads.Keep(ctx, sent)
	if err != nil {
		return file, ofField(err, field)
	}
	file.FileName, file.ContentType, file.Size, file.SHA256 = name, kept.ContentType, kept.Size, kept.SHA256
	file.Words = models.Truncate(models.CleanText(sent.Words), models.MaxFileWords)
	return file, f.write(ctx, p, c, overrides, func(ctx context.Context) error { return f.store.AddCampaignFile(ctx, file) })
}

// ofField has an error that a file is to blame for stand at its field.
func ofField(err error, field string) error {
	var e *models.Error
	if errors.As(err, &e) && (e.Kind == models.Invalid || e.Kind == models.TooLarge || e.Kind == models.Unsupported) {
		return &models.Error{Kind: e.Kind, Message: e.Message, Fields: []models.FieldError{{Field: field, Message: e.Message}}}
	}
	return err
}

// readFiles keeps the files that a form brings, and puts them among the answers; what was
// kept before stays unless another comes or it is taken away. The error is of the first
// file that is not taken.
func (f *Feature) readFiles(c *fiber.Ctx, p *models.Person, found *models.Campaign, answers []models.EntryAnswer) error {
	if !found.AsksForFiles() {
		return nil
	}
	ctx := web.SeeOwn(c)
	if err := f.mayEnter(ctx, p, found); err != nil {
		return err
	}
	var first error
	for i, q := range found.Questions {
		if q.Kind != models.QuestionFile {
			continue
		}
		former := web.Value(c, q.KeptField())
		answers[i].Answer = former
		if web.Value(c, q.RemoveField()) == "true" {
			answers[i].Answer = ""
		}
		if header, err := c.FormFile(q.Field()); err == nil && header.Size > 0 {
			content, err := header.Open()
			if err != nil {
				return err
			}
			file, err := f.AddFile(ctx, p, found, q.ID, header.Filename, content)
			_ = content.Close()
			if err == nil {
				answers[i].Answer = file.ID
			} else if first == nil {
				first = err
			}
		}
		if former != answers[i].Answer && models.ValidID(former) {
			if err := f.store.DropAside(ctx, former, p.ID); err != nil {
				return err
			}
		}
	}
	return first
}

// filesOf gives what a form or receipt shows of the files among answers, by question.
func (f *Feature) filesOf(ctx context.Context, c *models.Campaign, answers map[string]string) (map[string]templates.EntryFile, error) {
	var ids []string
	for _, q := range c.Questions {
		if id := answers[q.ID]; q.Kind == models.QuestionFile && models.ValidID(id) {
			ids = append(ids, id)
		}
	}
	list, err := f.store.CampaignFiles(ctx, ids)
	out := map[string]templates.EntryFile{}
	for _, q := range c.Questions {
		if file, ok := list[answers[q.ID]]; ok && file.CampaignID == c.ID && file.QuestionID == q.ID {
			out[q.ID] = templates.EntryFile{ID: file.ID, Name: file.FileName, URL: fileURL(c, file.ID), Size: file.Size}
		}
	}
	return out, err
}

// aside gives what somebody answered and no entry has yet: what they wrote for the last
// new idea that was only kept as a draft, and the files that they sent.
func (f *Feature) aside(ctx context.Context, p *models.Person, c *models.Campaign) (map[string]string, error) {
	out := map[string]string{}
	if len(c.Questions) == 0 {
		return out, nil
	}
	kept, err := f.store.KeptAnswers(ctx, c.ID, p.ID)
	if err != nil {
		return out, err
	}
	for _, q := range c.Questions {
		for _, a := range kept {
			if a.Question == q.ID && q.Kind != models.QuestionFile {
				out[q.ID] = a.Answer
			}
		}
	}
	if !c.AsksForFiles() {
		return out, nil
	}
	list, err := f.store.FilesAside(ctx, c.ID, p.ID)
	for _, file := range list {
		if out[file.QuestionID] == "" {
			out[file.QuestionID] = file.ID
		}
	}
	return out, err
}

func fileURL(c *models.Campaign, id string) string { return web.CampaignURL(c) + "/files/" + id }

// File gives a file that answers a question to whoever may read the answer: who sent it
// while no entry has it, those whose the entry is, whoever runs campaigns, and from when
// judging begins those who judge the entry. Judges who judge blind are given pictures
// alone, without their names, since who made a PDF stands in it.
func (f *Feature) File(ctx context.Context, p *models.Person, campaign, id string) (models.CampaignFile, error) {
	c, err := f.Get(ctx, p, campaign)
	if err != nil || !models.ValidID(id) {
		return models.CampaignFile{}, errors.Join(err, models.ErrNoSuchFile)
	}
	file, err := f.store.CampaignFile(ctx, id)
	if err != nil {
		return file, err
	}
	if file.CampaignID != c.ID || file.EntryID == "" && file.UploadedBy != p.ID {
		return file, models.ErrNoSuchFile
	}
	if file.EntryID == "" {
		return file, nil
	}
	_, e, _, err := f.entry(ctx, p, c.ID, file.EntryID)
	if models.KindOf(err) != models.NotFound || e.ID == "" {
		return file, err
	}
	return f.fileForJudge(ctx, p, &c, &e, file)
}

func (f *Feature) fileForJudge(ctx context.Context, p *models.Person, c *models.Campaign, e *models.CampaignEntry, file models.CampaignFile) (models.CampaignFile, error) {
	_, err := f.store.OwnCard(ctx, c.ID, e.CaseStudyID, p.ID)
	if models.KindOf(err) == models.NotFound || err == nil && !judging.Begun(c, f.site.Now()) {
		return file, models.ErrNoSuchFile
	}
	if err != nil {
		return file, err
	}
	rules, err := f.store.PanelRules(ctx, c.ID)
	if err != nil && models.KindOf(err) != models.NotFound {
		return file, err
	}
	if rules.Blind {
		if !file.IsPicture() {
			return file, models.E(models.Forbidden, "You judge blind, and a PDF says who made it, so it is not given out. What it says stands on the page of the entry.")
		}
		file.FileName = "answer" + path.Ext(file.FileName)
	}
	return file, nil
}

func (f *Feature) sendFile(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	file, err := f.File(ctx, p, c.Params("slug"), c.Params("file"))
	if err != nil {
		return err
	}
	content, err := f.uploads.Open(ctx, file.SHA256)
	if err != nil {
		return err
	}
	return web.SendOutside(c, web.OutsideFile{ContentType: file.ContentType, Name: file.FileName, SHA256: file.SHA256, Cache: "no-store", Size: int(file.Size), Content: content})
}

// dropFiles removes the files that no entry has any more, and has their contents removed.
func (f *Feature) dropFiles(ctx context.Context) error {
	for {
		done, err := f.store.DropCampaignFiles(ctx, moveAtOnce, func(ctx context.Context, sums []string) error {
			for _, sum := range sums {
				if err := f.queue.Enqueue(ctx, coverForgotten{sum}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || done {
			return err
		}
	}
}
