using SaliencyCluster.Client.Errors;
using SaliencyCluster.Dashboard.Connection;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Live;

/// <summary>The cluster as it changes, for one open page: watched from the first look at it until the page is closed.</summary>
public sealed class LiveCluster(ClusterConnection connection, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan History = TimeSpan.FromSeconds(ThroughputStore.Seconds);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2), Silence = TimeSpan.FromSeconds(4);
    private readonly CancellationTokenSource _closing = new();
    private Task? _watching;

    /// <summary>Tells that something has changed; at most twice a second.</summary>
    public event Action? Changed;

    /// <summary>Gets the newest state; null before the first.</summary>
    public ClusterStatus? Status { get; private set; }

    /// <summary>Gets what was computed lately.</summary>
    public ThroughputStore Throughput { get; } = new();

    /// <summary>Gets why the page stands still; null while it is live.</summary>
    public string? Lost { get; private set; }

    /// <summary>Watches, if nobody did before.</summary>
    public void Start() => _watching ??= WatchAsync(_closing.Token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (_watching is not null) await _watching;
        _closing.Dispose();
    }

    /// <summary>Takes note that a page could not read; the next update says that it is over.</summary>
    internal void Missed(GatewayException error)
    {
        Lost = Text(error);
        Changed?.Invoke();
    }

    /// <summary>Gets whether a failure passes by itself, so that a page need not make way for it.</summary>
    internal static bool Passes(Exception error) => error is GatewayException
    {
        Status: Grpc.Core.StatusCode.Unavailable or Grpc.Core.StatusCode.DeadlineExceeded or Grpc.Core.StatusCode.Cancelled,
    };

    private static string Text(Exception error) =>
        error is GatewayException known ? $"{known.Code}: {known.What} {known.Next}" : $"{error.GetType().Name}: {error.Message}";

    // An update comes twice a second; a watch that is remade in silence says nothing of it.
    private async Task<bool> NextAsync(Task<bool> next)
    {
        while (true)
        {
            try
            {
                return await next.WaitAsync(Silence, clock);
            }
            catch (TimeoutException) when (!next.IsCompleted)
            {
                Lost ??= $"The gateway has said nothing for {Silence.TotalSeconds:0} s. The page shows what was known then.";
                Changed?.Invoke();
            }
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await using var updates = connection.Client.WatchClusterAsync(History, cancellation).GetAsyncEnumerator(cancellation);
                while (await NextAsync(updates.MoveNextAsync().AsTask()))
                {
                    Throughput.Add(updates.Current);
                    (Status, Lost) = (updates.Current.Status, null);
                    Changed?.Invoke();
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Whatever it was, the page says so and the next attempt follows.
                Lost = Text(error);
                Changed?.Invoke();
                await Task.Delay(Pause, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
