package workspaces

import (
	"context"
	"io"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// dropAtOnce is how many files of workspaces that are gone are removed in one transaction.
const dropAtOnce = 200

// dropFiles is the job that removes files whose workspace is gone.
type dropFiles struct{}

// Kind implements jobs.Args.
func (dropFiles) Kind() string { return "workspaces.drop-files" }

// DropFiles removes the files whose workspace is gone, with their contents.
func (f *Feature) DropFiles(ctx context.Context) error {
	for {
		done, err := f.store.DropWorkFiles(ctx, dropAtOnce, f.Forget)
		if err != nil || done {
			return err
		}
	}
}

// AddFile keeps a file in a workspace. Its type is told by its content; a picture loses all
// that it carries beside what it shows. The name and the words of a PDF are looked through
// for personal data before anything of it is kept.
func (f *Feature) AddFile(ctx context.Context, p *models.Person, r *room, name string, content io.Reader) (models.WorkFile, error) {
	file := models.WorkFile{ID: f.store.NewID(), AdoptionID: r.adoption.ID, AddedBy: p.ID, AddedByName: p.Name}
	sent, err := f.uploads.Receive(ctx, name, content, models.MaxWorkFile)
	if err != nil {
		return file, err
	}
	overrides, err := f.site.CheckTexts(ctx, sent.Texts("file"), nil)
	if err != nil {
		return file, err
	}
	kept, name, err := f.uploads.Keep(ctx, sent)
	if err != nil {
		return file, err
	}
	file.FileName, file.ContentType, file.Size, file.SHA256 = name, kept.ContentType, kept.Size, kept.SHA256
	return file, f.save(ctx, p, r, overrides, func(ctx context.Context) error { return f.store.AddWorkFile(ctx, &file) })
}

// RemoveFile takes a file out of a workspace, with its content.
func (f *Feature) RemoveFile(ctx context.Context, r *room, id string) error {
	file := r.File(id)
	if file == nil {
		return models.ErrNoSuchFile
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.RemoveWorkFile(ctx, r.adoption.ID, id); err != nil {
			return err
		}
		return f.Forget(ctx, []string{file.SHA256})
	})
}

func (f *Feature) showFile(c *fiber.Ctx, status int, r *room, errors []templates.FieldError) error {
	shell := f.shell(c, r, "Add a file", true)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.WorkFilePage(templates.WorkFileForm{Title: r.study.Title, URL: r.url(), Errors: errors}))
}

func (f *Feature) newFile(c *fiber.Ctx) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	return f.showFile(c, fiber.StatusOK, &r, nil)
}

func (f *Feature) addFile(c *fiber.Ctx, p *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	if err = f.takeFile(c, p, &r); err == nil {
		return f.done(c, &r, "#documents", "The file is added.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error { return f.showFile(c, status, &r, errors) })
}

func (f *Feature) takeFile(c *fiber.Ctx, p *models.Person, r *room) error {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return models.InvalidField("file", "Choose a file")
	}
	content, err := header.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = f.AddFile(c.UserContext(), p, r, header.Filename, content)
	return err
}

// sendFile gives a file to those who may open the workspace.
func (f *Feature) sendFile(c *fiber.Ctx) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	file := r.File(c.Params("file"))
	if file == nil {
		return models.ErrNoSuchFile
	}
	content, err := f.uploads.Open(c.UserContext(), file.SHA256)
	if err != nil {
		return err
	}
	return web.SendOutside(c, web.OutsideFile{ContentType: file.ContentType, Name: file.FileName, SHA256: file.SHA256, Cache: "no-store", Size: int(file.Size), Content: content})
}

func (f *Feature) removeFile(c *fiber.Ctx, _ *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	if err := f.RemoveFile(c.UserContext(), &r, c.Params("file")); err != nil {
		return err
	}
	return f.done(c, &r, "#documents", "The file is removed.")
}
