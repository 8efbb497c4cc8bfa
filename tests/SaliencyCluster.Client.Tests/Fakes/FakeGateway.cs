using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Tests.Fakes;

/// <summary>A gateway on a loopback port whose answers a test writes down.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeGateway(WebApplication app, Script script) => (_app, Script) = (app, script);

    public Script Script { get; }

    public Uri Endpoint => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<FakeGateway> StartAsync(Script script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(script);
        var app = builder.Build();
        app.MapGrpcService<ModelsFake>();
        app.MapGrpcService<ExplanationsFake>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, script);
    }

    /// <summary>Makes a client whose waits end at once; its calls have all the time they need.</summary>
    public SaliencyClient Client(TimeSpan? reconnectFor = null) => new(Endpoint, new SaliencyClientOptions
    {
        Clock = new ImpatientClock(),
        ReconnectFor = reconnectFor ?? TimeSpan.FromSeconds(60),
        CallTimeout = Timeout.InfiniteTimeSpan,
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class ModelsFake(Script script) : Protocol.V1.Models.ModelsBase
    {
        public override Task<Model> UploadModel(IAsyncStreamReader<UploadModelRequest> requestStream, ServerCallContext context) => script.Upload(requestStream);
    }

    private sealed class ExplanationsFake(Script script) : Protocol.V1.Explanations.ExplanationsBase
    {
        public override Task Explain(ExplainRequest request, IServerStreamWriter<ExplainResponse> responseStream, ServerCallContext context) =>
            script.Explain(request, responseStream, context.CancellationToken);

        public override Task<Job> SubmitJob(IAsyncStreamReader<SubmitJobRequest> requestStream, ServerCallContext context) => script.Submit(requestStream);

        public override Task WatchJob(WatchJobRequest request, IServerStreamWriter<Job> responseStream, ServerCallContext context) =>
            script.Watch(request, responseStream);

        public override Task ReadResults(ReadResultsRequest request, IServerStreamWriter<ReadResultsResponse> responseStream, ServerCallContext context) =>
            script.Read(request, responseStream);

        public override Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context) => script.List(request, context);
    }
}

/// <summary>What a fake gateway answers; whatever a test does not expect is a failure.</summary>
internal sealed record Script
{
    public Func<IAsyncStreamReader<UploadModelRequest>, Task<Model>> Upload { get; init; } = _ => throw Unexpected();

    public Func<ExplainRequest, IServerStreamWriter<ExplainResponse>, CancellationToken, Task> Explain { get; init; } = (_, _, _) => throw Unexpected();

    public Func<IAsyncStreamReader<SubmitJobRequest>, Task<Job>> Submit { get; init; } = _ => throw Unexpected();

    public Func<WatchJobRequest, IServerStreamWriter<Job>, Task> Watch { get; init; } = (_, _) => throw Unexpected();

    public Func<ReadResultsRequest, IServerStreamWriter<ReadResultsResponse>, Task> Read { get; init; } = (_, _) => throw Unexpected();

    public Func<ListJobsRequest, ServerCallContext, Task<ListJobsResponse>> List { get; init; } = (_, _) => throw Unexpected();

    public static RpcException Lost() => new(new Status(StatusCode.Unavailable, "gone"));

    private static RpcException Unexpected() => new(new Status(StatusCode.Unimplemented, "The test did not expect this call."));
}
