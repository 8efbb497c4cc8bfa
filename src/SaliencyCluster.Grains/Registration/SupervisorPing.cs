using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Placement;
using SaliencyCluster.Grains.Jobs;
using SaliencyCluster.Grains.Retention;

namespace SaliencyCluster.Grains.Registration;

/// <summary>Keeps the supervisor of jobs and the collector awake from every gateway, so that jobs go on after any crash without anybody asking.</summary>
internal sealed class SupervisorPing(IGrainFactory grains, GatewayPresence gateways, TimeProvider time, ILogger<SupervisorPing> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await gateways.WaitAsync(stoppingToken);
                await grains.GetGrain<IJobSupervisorGrain>(GrainKeys.Single).PingAsync();
                await grains.GetGrain<IBlobCollectorGrain>(GrainKeys.Single).PingAsync();
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                logger.SupervisorNotReached(error);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
