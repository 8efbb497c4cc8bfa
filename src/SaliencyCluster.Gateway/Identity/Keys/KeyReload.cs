using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity.Keys;

/// <summary>Takes over changes of the key file, and ends what expired keys have open, within seconds. It asks instead of listening: no notice comes from mounted secrets and network folders.</summary>
internal sealed class KeyReload(KeyStore keys, TimeProvider clock, ILogger<KeyReload> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!keys.HasFile) return;
        using var timer = new PeriodicTimer(Period, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(stoppingToken)) return;
                keys.EndRefused();
                if (keys.Reload()) logger.KeysReloaded(keys.Count);
            }
            catch (SaliencyException error)
            {
                logger.KeysNotReloaded(error.Code, error.What, error.Next);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
