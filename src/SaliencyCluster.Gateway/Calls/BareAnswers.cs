using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Calls;

/// <summary>Says by a code what ASP.NET Core says by a bare status: to a program that asks for what is not there, or in
/// another way.</summary>
internal sealed class BareAnswers(RequestDelegate next)
{
    private const string Next = "GET /openapi/v1.json lists what there is; docs/inference.md has the inference protocols.";

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        var response = context.Response;
        if (response.HasStarted || response.ContentType is not null || response.ContentLength is > 0
            || HttpMethods.IsHead(context.Request.Method) || ErrorAnswer.IsGrpc(context.Request)) return;
        if (Of(response.StatusCode) is not { } error) return;
        response.ContentType = "application/json";
        // The status stays: there are more of them in HTTP than a code leads to.
        await response.WriteAsync(RichStatus.Json(RichStatus.StatusOf(error)), context.RequestAborted);
    }

    private static SaliencyException? Of(int status) => status switch
    {
        StatusCodes.Status404NotFound => new("SAL2631", "There is nothing at this address.", Next),
        StatusCodes.Status405MethodNotAllowed => new("SAL2632", "The address cannot be asked by this method of HTTP.", Next),
        StatusCodes.Status415UnsupportedMediaType => new(
            "SAL2633", "The body is of a type that is not read at this address.", "Send JSON, and say so: Content-Type: application/json."),
        _ => null,
    };
}

/// <summary>Puts it around everything.</summary>
internal static class BareAnswersSetup
{
    /// <summary>Adds it; before what answers people by pages.</summary>
    public static void UseBareAnswers(this IApplicationBuilder app) => app.UseMiddleware<BareAnswers>();
}
