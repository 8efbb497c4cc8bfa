using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using SaliencyCluster.Gateway.Calls;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Queue.Scaling;
using SaliencyCluster.Protocol.ExternalScaler;

namespace SaliencyCluster.Gateway.Scaling;

/// <summary>
/// Tells KEDA how many workers a pool needs. The metric is the number of wanted workers in seconds of work, so that KEDA's division
/// by the target gives back that number and the cluster's own patience holds however the ScaledObject is configured.
/// </summary>
/// <remarks>For keys that may operate, and on <see cref="ScalingOptions.Port"/> for everybody where
/// <see cref="ScalingOptions.Anonymous"/> is set.</remarks>
[Authorize(Policies.Scale)]
internal sealed class ExternalScalerService(
    IGrainFactory grains, IOptions<ScalingOptions> options, CallLifetime calls, TimeProvider clock) : ExternalScaler.ExternalScalerBase
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public override async Task<IsActiveResponse> IsActive(ScaledObjectRef request, ServerCallContext context) =>
        new() { Result = await WantedAsync(Read(request)) > 0 };

    public override async Task StreamIsActive(ScaledObjectRef request, IServerStreamWriter<IsActiveResponse> responseStream, ServerCallContext context)
    {
        using var linked = calls.Link(context);
        var asked = Read(request);
        bool? sent = null;
        while (true)
        {
            var isActive = await WantedAsync(asked) > 0;
            if (sent != isActive) await responseStream.WriteAsync(new() { Result = isActive }, linked.Token);
            sent = isActive;
            await Task.Delay(Period, clock, linked.Token);
        }
    }

    public override Task<GetMetricSpecResponse> GetMetricSpec(ScaledObjectRef request, ServerCallContext context)
    {
        var asked = Read(request);
        var target = asked.Target.TotalSeconds;
        return Task.FromResult(new GetMetricSpecResponse
        {
            MetricSpecs = { new MetricSpec { MetricName = asked.Metric, TargetSize = (long)Math.Ceiling(target), TargetSizeFloat = target } },
        });
    }

    public override async Task<GetMetricsResponse> GetMetrics(GetMetricsRequest request, ServerCallContext context)
    {
        var asked = Read(request.ScaledObjectRef ?? new());
        if (request.MetricName != asked.Metric)
        {
            throw InvalidRequestException.Of("SAL2652", "metricName", $"There is no metric '{request.MetricName}' of the pool '{asked.Pool}'.",
                $"Ask for '{asked.Metric}', as GetMetricSpec says.");
        }
        var value = await WantedAsync(asked) * asked.Target.TotalSeconds;
        return new() { MetricValues = { new MetricValue { MetricName = asked.Metric, MetricValue_ = (long)Math.Ceiling(value), MetricValueFloat = value } } };
    }

    private PoolRequest Read(ScaledObjectRef request) => PoolRequest.Read(request.ScalerMetadata, options.Value);

    private async Task<int> WantedAsync(PoolRequest asked) => await IsThereAsync(asked.Pool)
        ? WorkersWanted.Of(
            (await grains.GetGrain<IShardQueueGrain>(asked.Pool).MeasureLoadAsync()).Of(asked.Provider), asked.Target, asked.MaxReplicas,
            options.Value.UnmeasuredWorkers)
        : 0;

    // A pool is there while its queue is: workers and work make one and keep it, questions do not. A queue that went with its gateway is
    // made again within seconds by the images that wait, of pools without workers too.
    private async Task<bool> IsThereAsync(string pool) =>
        await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grains.GetGrain<IShardQueueGrain>(pool)) is not null;
}
