using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Gateway.Calls;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Audit;
using SaliencyCluster.Gateway.Inference.Protocol;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Inference;

/// <summary>The inference protocols over HTTP.</summary>
internal static class InferenceEndpoints
{
    private const string HeaderLength = "Inference-Header-Content-Length";
    private const int ClientClosed = 499;

    /// <summary>Under which name the places are registered in which requests are read: what numbers in text take while they are read is
    /// a multiple of the text.</summary>
    public const string Reading = "inference-reading";

    /// <summary>How many requests are read at once.</summary>
    public const int ReadAtOnce = 2;

    /// <summary>Maps <c>/v2</c> and the explanations and predictions of <c>/v1/models</c>.</summary>
    public static void MapInference(this WebApplication app)
    {
        app.MapGet("/v2/health/live", () => TypedResults.Ok()).AllowAnonymous();
        app.MapGet("/v2/health/ready", IResult (IHostApplicationLifetime life) => life.ApplicationStopping.IsCancellationRequested
            ? TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable) : TypedResults.Ok()).AllowAnonymous();
        Map(app, HttpMethods.Get, "/v2", (call, _, cancellation) => call.WriteAsync(Json(InferenceCalls.Server), cancellation));
        foreach (var model in (string[])["/v2/models/{model}", "/v2/models/{model}/versions/{version}"])
        {
            Map(app, HttpMethods.Get, model, async (call, caller, cancellation) =>
                await call.WriteAsync(Json(await call.Inference.DescribeAsync(caller, call.Model, call.Version)), cancellation));
            Map(app, HttpMethods.Get, model + "/ready", async (call, caller, cancellation) =>
            {
                await call.Inference.FindAsync(caller, call.Model, call.Version);
                await call.WriteAsync("{}"u8.ToArray(), cancellation);
            });
            Map(app, HttpMethods.Post, model + "/infer", InferAsync);
        }
        Map(app, HttpMethods.Post, "/v1/models/{model}:predict", (call, caller, cancellation) =>
            InstancesAsync(call, caller, explains: false, cancellation));
        Map(app, HttpMethods.Post, "/v1/models/{model}:explain", (call, caller, cancellation) =>
            InstancesAsync(call, caller, explains: true, cancellation));
    }

    private static void Map(WebApplication app, string method, string pattern, Func<Call, Caller, CancellationToken, Task> answer) =>
        app.MapMethods(pattern, [method], (RequestDelegate)(context => RecordAsync(context, method, pattern,
            answer))).RequireAuthorization(Policies.Submit).WithMetadata(new WholeBody());

    private static async Task RecordAsync(
        HttpContext context, string method, string pattern, Func<Call, Caller, CancellationToken, Task> answer)
    {
        var trail = context.RequestServices.GetRequiredService<AuditTrail>();
        // As the log calls it: the path would name the model.
        var name = $"{method} {pattern}";
        if (!trail.IsOn || (method == HttpMethods.Get && !trail.Reads))
        {
            await GuardAsync(context, name, answer);
            return;
        }
        var outcome = "cancelled";
        try
        {
            outcome = await GuardAsync(context, name, await trail.RefusalAsync() is { } refusal ? (_, _, _) => throw refusal : answer);
        }
        finally
        {
            var subject = new Dictionary<string, string> { ["model"] = context.GetRouteValue("model") as string ?? "" };
            await trail.RecordAsync(context, name, outcome, subject);
        }
    }

    // Gets how it ended.
    private static async Task<string> GuardAsync(HttpContext context, string name, Func<Call, Caller, CancellationToken, Task> answer)
    {
        var services = context.RequestServices;
        var call = new Call(context, services.GetRequiredService<InferenceCalls>());
        using var linked = services.GetRequiredService<CallLifetime>().Link(context, context.RequestAborted);
        try
        {
            await answer(call, Caller.Of(context), linked.Token);
            return "ok";
        }
        catch (BadHttpRequestException error)
        {
            // The body is too large or was cut off; the server knows which.
            var refused = InferenceErrors.Input(error.Message,
                "Send fewer images in a call, or raise Saliency:Gateway:Limits:MaxImageBytes.");
            await call.RefuseAsync(refused, error.StatusCode);
            return refused.Code;
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            var known = services.GetRequiredService<CallErrors>().Of(error, context, name, context.RequestAborted);
            if (known is null) context.Response.StatusCode = ClientClosed;
            else await call.RefuseAsync(known, StatusTable.HttpOf(StatusTable.Of(known.Code)));
            return known?.Code ?? "cancelled";
        }
    }

    private static async Task InferAsync(Call call, Caller caller, CancellationToken cancellation)
    {
        var request = await call.ReadAsync(body => Read(call, body), cancellation);
        (request.ModelName, request.ModelVersion) = (call.Model, call.Version);
        var answer = await call.Inference.InferAsync(caller, request, call.Context.Room(), cancellation);
        var (json, behind) = InferenceJson.Write(answer, request);
        var response = call.Context.Response;
        if (behind.Count > 0) response.Headers[HeaderLength] = json.Length.ToString(CultureInfo.InvariantCulture);
        response.ContentType = behind.Count > 0 ? "application/octet-stream" : "application/json";
        response.ContentLength = json.Length + behind.Sum(b => (long)b.Length);
        await response.Body.WriteAsync(json, cancellation);
        foreach (var data in behind) await response.Body.WriteAsync(data.Memory, cancellation);
    }

    private static ModelInferRequest Read(Call call, byte[] body)
    {
        var header = call.Context.Request.Headers[HeaderLength].ToString();
        var length = body.Length;
        if (header.Length > 0 && (!int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out length)
            || length > body.Length))
            throw InferenceErrors.Input($"The header {HeaderLength} is '{Echo.Of(header)}', the body has {body.Length} bytes.",
                "Give the length of the JSON in bytes.");
        return InferenceJson.Read(body, call.Checked(length));
    }

    private static async Task InstancesAsync(Call call, Caller caller, bool explains, CancellationToken cancellation)
    {
        var model = await call.Inference.FindAsync(caller, call.Model, "");
        var asked = await call.ReadAsync(body =>
        {
            call.Checked(body.Length);
            return InstancesV1.Read(body, model.Registration.Summary, explains);
        }, cancellation);
        using var stream = new MemoryStream();
        await using (var json = new Utf8JsonWriter(stream))
        {
            var instances = call.Context.RequestServices.GetRequiredService<InstancesV1>();
            await instances.WriteAsync(caller, model, asked, json, call.Context.Room(), cancellation);
        }
        await call.WriteAsync(stream.ToArray(), cancellation);
    }

    private static byte[] Json(ServerMetadataResponse server) =>
        JsonSerializer.SerializeToUtf8Bytes(new { name = server.Name, version = server.Version, extensions = server.Extensions });

    private static byte[] Json(ModelMetadataResponse model) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        name = model.Name, versions = model.Versions, platform = model.Platform,
        inputs = model.Inputs.Select(t => new { name = t.Name, datatype = t.Datatype, shape = t.Shape }),
        outputs = model.Outputs.Select(t => new { name = t.Name, datatype = t.Datatype, shape = t.Shape }),
    });

    private sealed record Call(HttpContext Context, InferenceCalls Inference)
    {
        public string Model => Context.GetRouteValue("model") as string ?? "";

        public string Version => Context.GetRouteValue("version") as string ?? "";

        public async Task<T> ReadAsync<T>(Func<byte[], T> read, CancellationToken cancellation)
        {
            using var body = new MemoryStream();
            await Context.Request.Body.CopyToAsync(body, cancellation);
            var places = Context.RequestServices.GetRequiredKeyedService<TenantPlaces>(Reading);
            using var place = await places.EnterAsync(Caller.Of(Context).Tenant, cancellation);
            return read(body.ToArray());
        }

        /// <summary>Refuses JSON that is longer than an image may be.</summary>
        public int Checked(int length)
        {
            var most = Context.RequestServices.GetRequiredService<GatewayLimits>().MaxImageBytes;
            return length <= most ? length : throw InferenceErrors.Input(
                $"The JSON of the request has {length} bytes; at most {most} are taken.",
                    "Send fewer images in a call, pictures as BYTES, or tensors as bytes behind the JSON.");
        }

        public async Task WriteAsync(byte[] json, CancellationToken cancellation)
        {
            Context.Response.ContentType = "application/json";
            await Context.Response.Body.WriteAsync(json, cancellation);
        }

        public Task RefuseAsync(SaliencyException error, int status)
        {
            Context.Response.StatusCode = status;
            if (RetryTable.After(error) is { } after) Context.Response.Headers.RetryAfter = RetryTable.Header(after);
            return WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { error = error.Message.Trim(), code = error.Code }),
                Context.RequestAborted);
        }
    }
}
