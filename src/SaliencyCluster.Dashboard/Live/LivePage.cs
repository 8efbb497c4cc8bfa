using Microsoft.AspNetCore.Components;

namespace SaliencyCluster.Dashboard.Live;

/// <summary>A page that shows the cluster as it changes.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Gets the cluster.</summary>
    [Inject] protected LiveCluster Live { get; private set; } = null!;

    /// <summary>Gets the clock.</summary>
    [Inject] protected TimeProvider Clock { get; private set; } = null!;

    /// <summary>Makes a page.</summary>
    protected LivePage() => Leaving = _leaving.Token;

    /// <summary>Gets what ends when the page is left; still there for what notices that afterwards.</summary>
    protected CancellationToken Leaving { get; }

    /// <summary>Does something every second until the page is left, and draws the page again after it.</summary>
    protected async Task RepeatAsync(Func<Task> work)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(Leaving))
            {
                try
                {
                    await work();
                }
                catch (Client.Errors.GatewayException error) when (LiveCluster.Passes(error))
                {
                    // What was read before stays, and the next second tries again.
                    Live.Missed(error);
                }
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Client.Errors.GatewayException error)
        {
            await DispatchExceptionAsync(error);
        }
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Live.Changed += Refresh;
        Live.Start();
    }

    /// <summary>Called on the page's own thread when the cluster has changed, before the page is drawn.</summary>
    protected virtual Task OnClusterAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        Live.Changed -= Refresh;
        _leaving.Cancel();
        _leaving.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Refresh() => _ = InvokeAsync(async () =>
    {
        if (_leaving.IsCancellationRequested) return;
        try
        {
            await OnClusterAsync();
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception error) when (!LiveCluster.Passes(error))
        {
            await DispatchExceptionAsync(error);
        }
        catch (Exception)
        {
            // The next change of the cluster tries again.
        }
    });
}
