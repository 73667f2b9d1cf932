package casestudies

import (
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
)

// Routes adds the pages of case studies and drafts.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/case-studies", f.site.Cached(f.site.Personal(f.list, f.store.Marks)))
	r.Get("/case-studies.csv", f.table)
	r.Get("/case-studies/new", f.newPage)
	r.Post("/case-studies/new", f.newDraft)
	r.Get("/case-studies/similar", f.similar)
	r.Post("/case-studies/preview", f.preview)
	r.Get("/search/suggest", f.suggest)
	r.Get("/case-studies/:slug.md", f.markdownFile)
	r.Get("/case-studies/:slug", f.site.Cached(f.show))
	r.Get("/case-studies/:slug/print", f.site.Cached(f.print))
	r.Get("/case-studies/:slug/edit", f.edit)
	r.Get("/case-studies/:slug/history", f.history)
	r.Get("/case-studies/:slug/history/compare", f.compare)
	r.Get("/case-studies/:slug/history/:number<int>", f.revision)
	r.Post("/case-studies/:slug/history/:number<int>/restore", f.restore)
	r.Post("/case-studies/:slug/vote", f.vote)
	r.Post("/case-studies/:slug/withdraw", f.withdraw)
	r.Post("/case-studies/:slug/bring-back", f.bringBack)
	r.Get("/case-studies/:slug/merge", f.mergePage)
	r.Post("/case-studies/:slug/merge", f.merge)
	r.Post("/case-studies/:slug/unmerge", f.unmerge)
	r.Get(limitedPath, f.limitedPage)
	r.Get(likeMinePath, web.Signed(f.likeMine))
	r.Get("/me/drafts/:id", f.draft)
	r.Post("/me/drafts/:id", f.saveDraft)
	r.Post("/me/drafts/:id/delete", f.deleteDraft)
	r.Post("/me/drafts/:id/files", f.attach)
	r.Post("/me/drafts/:id/files/:file/delete", f.detach)
	r.Get("/attachments/:id/:name", f.attachment)
}
