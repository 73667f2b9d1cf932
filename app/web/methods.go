package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// RefuseUnknownMethods makes the application answer a method that it has never
// heard of as it answers any that an address does not take: 405 with what the
// address does take, or 404. Fiber itself says 400 and nothing more. To be
// called before the application serves.
func RefuseUnknownMethods(app *fiber.App) {
	server, known := app.Server(), app.Config().RequestMethods
	next := server.Handler
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		if !slices.Contains(known, string(ctx.Method())) {
			// No address takes TRACE, so it stands for every method that is unknown.
			ctx.Request.Header.SetMethod(fiber.MethodTrace)
		}
		next(ctx)
	}
}

// tellPrograms lets a request whose address or headers are too long be answered
// in the form of whom it came from. Its address has not been read then; but the
// error shows the beginning of what came.
func tellPrograms(app *fiber.App) {
	server := app.Server()
	next := server.ErrorHandler
	server.ErrorHandler = func(ctx *fasthttp.RequestCtx, err error) {
		if strings.Contains(err.Error(), " /api/v1/") {
			ctx.Request.SetRequestURI("/api/v1/")
		}
		next(ctx, err)
	}
}
