using Microsoft.JSInterop;

namespace SaliencyCluster.Dashboard.Layout;

/// <summary>Light or dark: as the system says until somebody chooses; the browser remembers the choice.</summary>
public sealed class ThemeChoice(IJSRuntime script) : IAsyncDisposable
{
    private DotNetObjectReference<ThemeChoice>? _self;

    /// <summary>Tells that the colours have changed.</summary>
    public event Action? Changed;

    /// <summary>Gets what was chosen: <c>system</c>, <c>light</c> or <c>dark</c>.</summary>
    public string Choice { get; private set; } = "system";

    /// <summary>Gets whether the page is dark.</summary>
    public bool IsDark { get; private set; }

    /// <summary>Asks the browser, and listens to its changes from then on.</summary>
    public async Task StartAsync()
    {
        _self ??= DotNetObjectReference.Create(this);
        var answer = await script.InvokeAsync<string[]>("saliencyTheme.start", _self);
        OnChanged(answer[0], answer[1] == "dark");
    }

    /// <summary>Chooses; <c>system</c> follows the system again.</summary>
    public ValueTask ChooseAsync(string choice) => script.InvokeVoidAsync("saliencyTheme.choose", choice);

    /// <summary>Called by the browser when the choice or the system's colours have changed.</summary>
    [JSInvokable("Changed")]
    public void OnChanged(string choice, bool isDark)
    {
        (Choice, IsDark) = (choice, isDark);
        Changed?.Invoke();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_self is not null) await script.InvokeVoidAsync("saliencyTheme.stop");
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its listener with it.
        }
        _self?.Dispose();
    }
}
