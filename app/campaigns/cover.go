package campaigns

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
)

// maxCover is how large the picture at the head of a campaign may be, in bytes.
const maxCover = 10 << 20

// coverForgotten is the job that removes the content of a cover, or of a file that answered
// a question, that no campaign and no file has any more.
type coverForgotten struct {
	Sum string `json:"sum"`
}

// Kind implements jobs.Args.
func (coverForgotten) Kind() string { return "campaigns.forget-cover" }

func (f *Feature) forgetCover(ctx context.Context, args coverForgotten) error {
	used, err := f.store.ContentInUse(ctx, args.Sum)
	if err != nil || used {
		return err
	}
	return f.uploads.Delete(ctx, args.Sum)
}

// forget has the content of a former cover looked at once the transaction is through.
func (f *Feature) forget(ctx context.Context, old models.CampaignCover) error {
	if old.SHA256 == "" {
		return nil
	}
	return f.queue.Enqueue(ctx, coverForgotten{old.SHA256})
}

// SetCover puts a picture at the head of a campaign, in place of the one that is there;
// without content it only changes what is said to be on it. Place, camera and all else
// that an image carries beside the picture is taken out.
func (f *Feature) SetCover(ctx context.Context, p *models.Person, idOrSlug string, content []byte, alt string) (models.Campaign, error) {
	c, err := f.run(ctx, p, idOrSlug)
	if err != nil {
		return c, err
	}
	old := c.Cover
	c.Cover.Alt = models.CleanLine(alt)
	if len([]rune(c.Cover.Alt)) > models.MaxCoverAlt {
		return c, models.InvalidField("alt", "Say in at most 300 characters what it shows")
	}
	if len(content) == 0 && old.SHA256 == "" {
		return c, models.InvalidField("file", "Choose a picture")
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "alt", Value: c.Cover.Alt}}, []personal.Text{{Field: "alt", Value: old.Alt}})
	if err != nil {
		return c, err
	}
	if len(content) > 0 {
		kept, err := f.uploads.Examine(ctx, bytes.NewReader(content), maxCover)
		if err == nil && (!strings.HasPrefix(kept.ContentType, "image/") || kept.Width == 0) {
			err = models.InvalidField("file", "Choose a picture: JPEG, PNG, GIF or WebP")
		}
		if err != nil {
			return c, err
		}
		if kept, err = f.uploads.Add(ctx, bytes.NewReader(content), maxCover); err != nil {
			return c, err
		}
		c.Cover = models.CampaignCover{SHA256: kept.SHA256, ContentType: kept.ContentType, Width: kept.Width, Height: kept.Height, Alt: c.Cover.Alt}
	}
	return c, f.write(ctx, p, &c, overrides, func(ctx context.Context) error {
		if err := f.store.SetCover(ctx, &c); err != nil || old.SHA256 == c.Cover.SHA256 {
			return err
		}
		return f.forget(ctx, old)
	})
}

// RemoveCover takes the picture away.
func (f *Feature) RemoveCover(ctx context.Context, p *models.Person, idOrSlug string) (models.Campaign, error) {
	c, err := f.run(ctx, p, idOrSlug)
	if err != nil {
		return c, err
	}
	old := c.Cover
	c.Cover = models.CampaignCover{}
	return c, f.write(ctx, p, &c, nil, func(ctx context.Context) error {
		if err := f.store.SetCover(ctx, &c); err != nil {
			return err
		}
		return f.forget(ctx, old)
	})
}

// coverOf is where the picture at the head of a campaign is.
func coverOf(c *models.Campaign) templates.CampaignCover {
	if c.Cover.SHA256 == "" {
		return templates.CampaignCover{}
	}
	return templates.CampaignCover{URL: web.CampaignURL(c) + "/cover/" + c.Cover.SHA256[:32], Width: c.Cover.Width, Height: c.Cover.Height, Alt: c.Cover.Alt}
}

func (f *Feature) coverPage(c *fiber.Ctx, p *models.Person) error {
	found, err := f.run(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showCover(c, fiber.StatusOK, &found, found.Cover.Alt, nil)
}

func (f *Feature) showCover(c *fiber.Ctx, status int, found *models.Campaign, alt string, errors []templates.FieldError) error {
	shell := f.site.CampaignShell(c, "The picture at its head", found)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.CoverForm(templates.CoverPage{Campaign: found.Title, URL: web.CampaignURL(found), Cover: coverOf(found), Alt: alt, Errors: errors}))
}

func (f *Feature) setCover(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.run(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	var content []byte
	if header, err := c.FormFile("file"); err == nil && header.Size > 0 {
		file, err := header.Open()
		if err != nil {
			return err
		}
		defer file.Close()
		if content, err = io.ReadAll(io.LimitReader(file, maxCover+1)); err != nil {
			return models.Wrap(models.BadRequest, "The file did not arrive whole. Try again.", err)
		}
	}
	alt := web.Value(c, "alt")
	if _, err := f.SetCover(ctx, p, found.ID, content, alt); err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.showCover(c, status, &found, alt, errors)
		})
	}
	return f.site.Done(c, web.CampaignURL(&found), "The picture is saved.")
}

func (f *Feature) removeCover(c *fiber.Ctx, p *models.Person) error {
	found, err := f.RemoveCover(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.site.Done(c, web.CampaignURL(&found), "The picture is taken away.")
}

// cover sends the picture to whoever may read the campaign. Its address changes with it.
func (f *Feature) cover(c *fiber.Ctx) error {
	found, err := f.Get(c.UserContext(), web.Person(c), c.Params("slug"))
	if err == nil && (found.Cover.SHA256 == "" || found.Cover.SHA256[:32] != c.Params("sum")) {
		err = models.E(models.NotFound, "That picture cannot be found. The campaign may have another now.")
	}
	if err != nil {
		return err
	}
	content, err := f.uploads.Open(c.UserContext(), found.Cover.SHA256)
	if err != nil {
		return err
	}
	cache := "public, max-age=86400"
	if found.PublishedAt == nil {
		cache = "no-store"
	}
	return web.SendOutside(c, web.OutsideFile{ContentType: found.Cover.ContentType, SHA256: found.Cover.SHA256, Cache: cache, Content: content})
}
