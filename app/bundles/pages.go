package bundles

import (
	"bufio"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	importPath = "/admin/import"
	exportPath = "/admin/export"
)

// Routes puts the pages in their places. Those of one transfer are below
// "bundles", apart from other things that are imported.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(importPath, web.Signed(f.importPage))
	r.Post(importPath, web.Signed(f.upload))
	r.Post(importPath+"/bundles", web.Signed(f.begin))
	r.Put(importPath+"/bundles/:id/parts/:n", web.Signed(f.part))
	r.Post(importPath+"/bundles/:id/end", web.Signed(f.end))
	r.Post(importPath+"/bundles/:id/apply", web.Signed(f.applyChecked))
	r.Get(exportPath, web.Signed(f.exportPage))
	r.Post(exportPath, web.Signed(f.ask))
	r.Get(exportPath+"/bundles/:id/bundle.zip", web.Signed(f.download))
	for kind, base := range map[string]string{store.TransferImport: importPath, store.TransferExport: exportPath} {
		r.Get(base+"/bundles/:id", web.Signed(func(c *fiber.Ctx, p *models.Person) error { return f.transferPage(c, p, kind) }))
		r.Post(base+"/bundles/:id/remove", web.Signed(func(c *fiber.Ctx, p *models.Person) error { return f.remove(c, p, kind, base) }))
	}
}

func (f *Feature) importPage(c *fiber.Ctx, p *models.Person) error {
	return f.showImport(c, p, fiber.StatusOK, nil)
}

func (f *Feature) showImport(c *fiber.Ctx, p *models.Person, status int, errors []templates.FieldError) error {
	recent, err := f.recent(c.UserContext(), p, store.TransferImport)
	if err != nil {
		return err
	}
	return f.site.Render(c, status, f.site.AdminShell(c, "Bring case studies in", errors), templates.ImportBundles(templates.ImportBundlesPage{
		Recent: recent, Errors: errors, PartSize: uploads.PartSize}))
}

func (f *Feature) recent(ctx context.Context, p *models.Person, kind string) ([]templates.Transfer, error) {
	list, err := f.store.Transfers(ctx, p.ID, kind)
	out := make([]templates.Transfer, len(list))
	for i, t := range list {
		out[i] = f.shown(t)
	}
	return out, err
}

// shown is a transfer as pages have it.
func (f *Feature) shown(t store.Transfer) templates.Transfer {
	base := importPath
	if t.Kind == store.TransferExport {
		base = exportPath
	}
	out := templates.Transfer{URL: base + "/bundles/" + t.ID, FileName: t.FileName, Size: t.Size, State: t.State, Asked: t.CreatedAt,
		Kept: t.UpdatedAt.Add(store.TransferLife), Done: t.Done, Total: t.Total}
	if done, total, ok := f.counts.get(t.ID); ok {
		out.Done, out.Total = done, total
	}
	r := readReport(t.Report)
	out.Failure, out.MoreProblems = r.Failure, r.More
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, p.String())
	}
	if i := r.Import; i != nil {
		out.Created, out.Updated, out.Unchanged, out.KeptHere = i.CaseStudies[Created], i.CaseStudies[Updated], i.CaseStudies[Unchanged], i.CaseStudies[Kept]
		out.LeftOut = i.CaseStudies[Elsewhere]
		out.Comments, out.Attachments, out.People = i.Comments, i.Attachments, i.People
		for _, l := range i.Lines {
			out.Lines = append(out.Lines, templates.TransferLine{Title: l.Title, Outcome: string(l.Outcome)})
		}
	}
	if e := r.Export; e != nil {
		out.CaseStudies, out.Revisions, out.Comments, out.Attachments, out.Missing, out.Emails = e.CaseStudies, e.Revisions, e.Comments, e.Attachments, e.Missing, e.Emails
	}
	return out
}

// upload takes a bundle as one form, which browsers without our script send.
func (f *Feature) upload(c *fiber.Ctx, p *models.Person) error {
	t, err := f.keepUpload(c, p)
	if err == nil {
		return c.Redirect(f.shown(t).URL, fiber.StatusSeeOther)
	}
	list, ok := web.FormErrors(err)
	if !ok {
		return err
	}
	for i := range list {
		list[i].Field = "file"
	}
	return f.showImport(c, p, web.Describe(err).Status, list)
}

func (f *Feature) keepUpload(c *fiber.Ctx, p *models.Person) (store.Transfer, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Filename == "" {
		return store.Transfer{}, models.E(models.Invalid, "Choose a bundle")
	}
	ctx := c.UserContext()
	t, err := f.newImport(ctx, p, header.Filename, header.Size)
	if err != nil {
		return t, err
	}
	in, err := header.Open()
	if err != nil {
		return t, err
	}
	defer in.Close()
	if err := f.split(ctx, &t, in); err != nil {
		return t, err
	}
	return t, f.startCheck(ctx, &t)
}

// newImport begins to receive a bundle of a name and size in bytes.
func (f *Feature) newImport(ctx context.Context, p *models.Person, name string, size int64) (store.Transfer, error) {
	name = web.FileName(name)
	switch {
	case !strings.HasSuffix(strings.ToLower(name), ".zip"):
		return store.Transfer{}, models.E(models.Invalid, "The file is no .zip. Choose a bundle as an export makes it")
	case size <= 0:
		return store.Transfer{}, models.E(models.Invalid, "The file is empty")
	case size > maxTransfer:
		return store.Transfer{}, models.E(models.TooLarge, "The file is larger than 2 GB. Import it on the command line: grassroots import FILE")
	}
	t := store.Transfer{Kind: store.TransferImport, State: store.TransferReceiving, PersonID: p.ID, FileName: name}
	return t, f.store.NewTransfer(ctx, &t)
}

// startCheck has a bundle that is here as a whole checked.
func (f *Feature) startCheck(ctx context.Context, t *store.Transfer) error {
	t.State, t.Done, t.Total = store.TransferChecking, 0, 0
	return f.move(ctx, store.TransferReceiving, t)
}

// move takes a transfer on and asks for the work that follows.
func (f *Feature) move(ctx context.Context, from string, t *store.Transfer) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.MoveTransfer(ctx, from, t); err != nil {
			return err
		}
		return f.queue.Enqueue(ctx, transferArgs{t.ID})
	})
}

// begin answers the script, which then sends the parts of a file one by one.
func (f *Feature) begin(c *fiber.Ctx, p *models.Person) error {
	size, err := strconv.ParseInt(c.FormValue("size"), 10, 64)
	if err != nil {
		return models.E(models.Invalid, "The size of the file is missing")
	}
	t, err := f.newImport(c.UserContext(), p, c.FormValue("name"), size)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(fiber.StatusCreated).JSON(fiber.Map{"url": f.shown(t).URL})
}

// part keeps a part of a file. Sent again it takes the place of the first.
func (f *Feature) part(c *fiber.Ctx, p *models.Person) error {
	t, err := f.own(c, p, store.TransferImport)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Params("n"))
	if err != nil || n < 0 || n >= maxTransfer/uploads.PartSize || t.State != store.TransferReceiving {
		return models.E(models.Invalid, "This part of the file is not waited for")
	}
	if err := f.files.PutPart(c.UserContext(), t.ID, n, c.Body()); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// end says that every part was sent.
func (f *Feature) end(c *fiber.Ctx, p *models.Person) error {
	t, err := f.own(c, p, store.TransferImport)
	if err != nil {
		return err
	}
	parts, err := strconv.Atoi(c.FormValue("parts"))
	size, sizeErr := strconv.ParseInt(c.FormValue("size"), 10, 64)
	if err != nil || sizeErr != nil || parts < 1 || size < 1 || size > maxTransfer || int64(parts) != (size+uploads.PartSize-1)/uploads.PartSize {
		return models.E(models.Invalid, "The number of parts does not fit the size of the file")
	}
	t.Parts, t.Size = parts, size
	if err := f.startCheck(c.UserContext(), &t); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// own gives the transfer that an address names, to the admin who asked for it.
func (f *Feature) own(c *fiber.Ctx, p *models.Person, kind string) (store.Transfer, error) {
	gone := models.E(models.NotFound, "This bundle is not kept any more: it was removed, or three days have passed.")
	if !models.ValidID(c.Params("id")) {
		return store.Transfer{}, gone
	}
	t, err := f.store.Transfer(c.UserContext(), c.Params("id"))
	if models.KindOf(err) == models.NotFound || err == nil && (t.PersonID != p.ID || t.Kind != kind) {
		err = gone
	}
	return t, err
}

func (f *Feature) transferPage(c *fiber.Ctx, p *models.Person, kind string) error {
	t, err := f.own(c, p, kind)
	if err != nil {
		return err
	}
	page := f.shown(t)
	content, title, crumb := templates.ImportedBundle(page), "A bundle to bring in", templates.Crumb{Text: "Bring case studies in", URL: importPath}
	if kind == store.TransferExport {
		content, title, crumb = templates.ExportedBundle(page), "A bundle to download", templates.Crumb{Text: "Take case studies out", URL: exportPath}
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	if c.Get("X-Fragment") != "" {
		return f.site.Fragment(c, content)
	}
	return f.site.Render(c, fiber.StatusOK, f.site.AdminShell(c, title, nil, crumb), content)
}

// applyChecked brings in the bundle whose trial was shown.
func (f *Feature) applyChecked(c *fiber.Ctx, p *models.Person) error {
	t, err := f.own(c, p, store.TransferImport)
	if err != nil {
		return err
	}
	t.State, t.Done, t.Total = store.TransferImporting, 0, 0
	if err := f.move(c.UserContext(), store.TransferChecked, &t); err != nil {
		return err
	}
	f.site.Log.InfoContext(c.UserContext(), "the import of a bundle was asked for", "by", p.ID, "transfer", t.ID)
	return c.Redirect(f.shown(t).URL, fiber.StatusSeeOther)
}

func (f *Feature) remove(c *fiber.Ctx, p *models.Person, kind, base string) error {
	t, err := f.own(c, p, kind)
	if err != nil {
		return err
	}
	if t.State == store.TransferImporting {
		return models.E(models.Conflict, "The bundle is being brought in just now. Wait until that is done.")
	}
	if err := f.removeTransfer(c.UserContext(), t.ID); err != nil {
		return err
	}
	return f.site.Done(c, base, "The bundle "+t.FileName+" is removed.")
}

func (f *Feature) exportPage(c *fiber.Ctx, p *models.Person) error {
	return f.showExport(c, p, fiber.StatusOK, templates.ExportBundlesPage{})
}

func (f *Feature) showExport(c *fiber.Ctx, p *models.Person, status int, page templates.ExportBundlesPage) error {
	var err error
	if page.Recent, err = f.recent(c.UserContext(), p, store.TransferExport); err != nil {
		return err
	}
	return f.site.Render(c, status, f.site.AdminShell(c, "Take case studies out", page.Errors), templates.ExportBundles(page))
}

// ask has a bundle made.
func (f *Feature) ask(c *fiber.Ctx, p *models.Person) error {
	page := templates.ExportBundlesPage{Organisation: models.CleanLine(c.FormValue("organisation")), Since: models.CleanLine(c.FormValue("since")), Emails: c.FormValue("emails") == "1"}
	t := store.Transfer{Kind: store.TransferExport, State: store.TransferExporting, PersonID: p.ID, Organisation: strings.ToUpper(page.Organisation),
		FileName: "case-studies-" + f.store.Now().UTC().Format(time.DateOnly) + ".zip", Report: transferReport{Export: &exportReport{Emails: page.Emails}}.text()}
	if t.Organisation != "" && !models.ValidODSCode(t.Organisation) {
		page.Errors = append(page.Errors, templates.FieldError{Field: "organisation", Message: "Enter an ODS code such as RR8"})
	}
	if page.Since != "" {
		since, err := time.Parse(time.DateOnly, page.Since)
		if err != nil {
			page.Errors = append(page.Errors, templates.FieldError{Field: "since", Message: "Enter a day such as 2026-01-31"})
		}
		t.Since = &since
	}
	if len(page.Errors) > 0 {
		return f.showExport(c, p, fiber.StatusUnprocessableEntity, page)
	}
	ctx := c.UserContext()
	err := f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.NewTransfer(ctx, &t); err != nil {
			return err
		}
		return f.queue.Enqueue(ctx, transferArgs{t.ID})
	})
	if err != nil {
		return err
	}
	f.site.Log.InfoContext(ctx, "an export was asked for", "by", p.ID, "transfer", t.ID, "emails", page.Emails)
	return c.Redirect(f.shown(t).URL, fiber.StatusSeeOther)
}

// download sends a bundle that is ready. Its length is told beforehand, so that
// a browser notices when the end is missing.
func (f *Feature) download(c *fiber.Ctx, p *models.Person) error {
	t, err := f.own(c, p, store.TransferExport)
	if err != nil {
		return err
	}
	if t.State != store.TransferReady {
		return models.E(models.NotFound, "This bundle is not ready.")
	}
	if err := f.site.Record(c, "export.download", t.ID, nil); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+t.FileName+`"`)
	from := f.files.OpenParts(context.WithoutCancel(c.UserContext()), t.ID, t.Parts)
	c.Context().SetBodyStream(bufferedParts{bufio.NewReaderSize(from, 64<<10), from.Close}, int(t.Size))
	return nil
}

// bufferedParts reads in larger pieces and closes what it reads.
type bufferedParts struct {
	*bufio.Reader
	close func() error
}

// Close implements io.Closer.
func (b bufferedParts) Close() error { return b.close() }
