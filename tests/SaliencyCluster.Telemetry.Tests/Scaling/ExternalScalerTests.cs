using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using SaliencyCluster.Protocol.ExternalScaler;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.Telemetry.Tests.Clusters;

namespace SaliencyCluster.Telemetry.Tests.Scaling;

/// <summary>KEDA's protocol against a gateway on a real port.</summary>
public sealed class ExternalScalerTests : IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private TestSilo _gateway = null!;
    private GrpcChannel _channel = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ExternalScaler.ExternalScalerClient Scaler => new(_channel);

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestSilo.StartAsync("gateway", _data.Path, ("Saliency:Scaling:ScaleDownAfter", "00:00:05"));
        _channel = GrpcChannel.ForAddress(_gateway.Addresses!.Grpc);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _gateway.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task A_pool_at_zero_wakes_for_its_first_job_and_sleeps_again_after_its_last()
    {
        var pool = Pool();
        Assert.False((await Scaler.IsActiveAsync(pool, cancellationToken: Cancellation)).Result);
        using var activity = Scaler.StreamIsActive(pool, cancellationToken: Cancellation);
        await ExpectAsync(activity, false);
        using var client = _gateway.Client();
        await Digits.AddModelAsync(client);
        var job = await client.Jobs.SubmitAsync(Digits.Model, new() { Method = "smoothgrad", Samples = 50 }, Digits.Many(20), cancellation: Cancellation);
        await ExpectAsync(activity, true);
        Assert.Equal(1, await WorkersAsync(pool));
        await using (var worker = await TestSilo.StartAsync("worker", _data.Path))
        {
            await client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        }
        await ExpectAsync(activity, false);
        Assert.Equal(0, await WorkersAsync(pool));
    }

    [Fact]
    public async Task Questions_about_pools_that_are_not_there_make_none()
    {
        var management = _gateway.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        for (var i = 0; i < 50; i++)
        {
            var pool = Pool(("pool", $"made-up-{i}"));
            Assert.False((await Scaler.IsActiveAsync(pool, cancellationToken: Cancellation)).Result);
            Assert.Equal(0, await WorkersAsync(pool));
        }
        var queues = await management.GetActiveGrains(GrainType.Create("saliency.shard-queue"), Cancellation);
        Assert.DoesNotContain(queues, q => q.Key.ToString()!.StartsWith("made-up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pool_without_any_worker_wakes_for_work_of_its_own()
    {
        using var client = _gateway.Client();
        await Digits.AddModelAsync(client);
        var pool = Pool(("pool", "night"));
        Assert.Equal(0, await WorkersAsync(pool));
        await client.Jobs.SubmitAsync(new JobHeader { Model = Digits.Model, Options = new() { Method = "smoothgrad", Samples = 50 }, Pool = "night" }, Digits.Many(20), Cancellation);
        using var activity = Scaler.StreamIsActive(pool, cancellationToken: Cancellation);
        while (await activity.ResponseStream.MoveNext(Cancellation) && !activity.ResponseStream.Current.Result) { }
        Assert.Equal(1, await WorkersAsync(pool));
    }

    [Fact]
    public async Task Processors_that_serve_a_pool_ask_for_no_gpu_beside_them()
    {
        await using var worker = await TestSilo.StartAsync("worker", _data.Path);
        var queue = _gateway.Services.GetRequiredService<IGrainFactory>().GetGrain<Grains.Abstractions.Queue.IShardQueueGrain>("default");
        await Eventually.TrueAsync(async () => await queue.CountDevicesAsync() == 1, "the worker serves the pool");
        Assert.Equal(0, await WorkersAsync(Pool(("provider", "cuda"))));
        using var client = _gateway.Client();
        await Digits.AddModelAsync(client);
        var job = await client.Jobs.SubmitAsync(
            Digits.Model, new() { Method = "smoothgrad", Samples = 50 }, Digits.Many(20), cancellation: Cancellation);
        await client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        // There was work within the window, which keeps the one that did it.
        Assert.Equal(0, await WorkersAsync(Pool(("provider", "cuda"))));
        Assert.Equal(1, await WorkersAsync(Pool(("provider", "cpu"))));
    }

    [Fact]
    public async Task The_metric_is_named_after_the_pool_and_its_target_is_the_asked_time()
    {
        var spec = Assert.Single((await Scaler.GetMetricSpecAsync(Pool(("pool", "gpu"), ("targetDrainSeconds", "90.5")), cancellationToken: Cancellation)).MetricSpecs);
        Assert.Equal(("saliency-backlog-gpu", 91, 90.5), (spec.MetricName, spec.TargetSize, spec.TargetSizeFloat));
        var missing = Assert.Single((await Scaler.GetMetricSpecAsync(Pool(), cancellationToken: Cancellation)).MetricSpecs);
        Assert.Equal(("saliency-backlog-default", 300.0), (missing.MetricName, missing.TargetSizeFloat));
    }

    [Fact]
    public async Task Wrong_metadata_are_named_all_at_once()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await Scaler.IsActiveAsync(Pool(("pool", "no/pool"), ("targetDrainSeconds", "soon"), ("maxReplicas", "0"), ("provider", "tpu")), cancellationToken: Cancellation));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith("SAL2651: The metadata 'pool' is 'no/pool'; it must be 1 to 100 letters, digits, '.', '_' or '-'. "
            + "The metadata 'targetDrainSeconds' is 'soon'; it must be a number from 1 to 86400. "
            + "The metadata 'maxReplicas' is '0'; it must be a number from 1 to 10000. "
            + "The metadata 'provider' is 'tpu'; it must be cpu, cuda or tensorrt.", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_of_another_pool_is_refused()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await Scaler.GetMetricsAsync(new() { ScaledObjectRef = Pool(), MetricName = "saliency-backlog-gpu" }, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith("SAL2652: ", error.Status.Detail, StringComparison.Ordinal);
    }

    private static ScaledObjectRef Pool(params (string Key, string Value)[] metadata)
    {
        var pool = new ScaledObjectRef { Name = "worker", Namespace = "default", ScalerMetadata = { ["scalerAddress"] = "gateway:50051" } };
        foreach (var (key, value) in metadata) pool.ScalerMetadata.Add(key, value);
        return pool;
    }

    // As the horizontal pod autoscaler: the metric divided by its target.
    private async Task<int> WorkersAsync(ScaledObjectRef pool)
    {
        var spec = (await Scaler.GetMetricSpecAsync(pool, cancellationToken: Cancellation)).MetricSpecs.Single();
        var metric = (await Scaler.GetMetricsAsync(new() { ScaledObjectRef = pool, MetricName = spec.MetricName }, cancellationToken: Cancellation)).MetricValues.Single();
        return (int)Math.Ceiling(metric.MetricValueFloat / spec.TargetSizeFloat);
    }

    private static async Task ExpectAsync(AsyncServerStreamingCall<IsActiveResponse> stream, bool isActive)
    {
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(isActive, stream.ResponseStream.Current.Result);
    }
}
