using Google.Protobuf;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Says why a caller is not let in, in the form that the caller reads: gRPC status, JSON, or the sign-in page.</summary>
internal sealed class AccessRefusal : IAuthorizationMiddlewareResultHandler
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
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true) WriteGrpc(context.Response, error);
        else if (authorizeResult.Challenged && IsBrowser(context.Request)) SignInPage.Redirect(context);
        else await WriteJsonAsync(context.Response, error);
    }

    // A page that a person opens, not a script of it.
    private static bool IsBrowser(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Authorization.Count == 0 && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static void WriteGrpc(HttpResponse response, SaliencyException error)
    {
        var status = RichStatus.StatusOf(error);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = $"{status.Code}";
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
    }

    /// <summary>Answers with an error as JSON: 403 where no key would help, and 401 otherwise.</summary>
    public static Task WriteJsonAsync(HttpResponse response, SaliencyException error)
    {
        var isForbidden = StatusTable.Of(error.Code) == Grpc.Core.StatusCode.PermissionDenied;
        response.StatusCode = isForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        if (!isForbidden) response.Headers.WWWAuthenticate = "Bearer realm=\"saliency\"";
        response.ContentType = "application/json";
        return response.WriteAsync(RichStatus.Json(RichStatus.StatusOf(error)));
    }
}
