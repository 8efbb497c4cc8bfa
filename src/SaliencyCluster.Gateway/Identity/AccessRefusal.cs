using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity.Audit;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Says why a caller is not let in, in the form that the caller reads: gRPC status, JSON, or the sign-in page.</summary>
internal sealed class AccessRefusal(AuditTrail trail) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }
        var error = authorizeResult.Forbidden
            ? AccessErrors.Forbidden(Caller.Of(context), policy.Requirements.OfType<RoleRequirement>().Select(r => r.Role).DefaultIfEmpty(Role.Admin).Max())
            : (await context.AuthenticateAsync()).Failure as SaliencyException ?? AccessErrors.NoKey();
        // Of callers that nobody knows there can be any number.
        if (authorizeResult.Forbidden) await trail.RecordAsync(context, context.Request.Path, error.Code);
        if (authorizeResult.Challenged && !ErrorAnswer.IsGrpc(context.Request) && IsBrowser(context.Request)) SignInPage.Redirect(context);
        else await ErrorAnswer.WriteAsync(context, error);
    }

    // A page that a person opens, not a script of it.
    private static bool IsBrowser(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Authorization.Count == 0 && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
