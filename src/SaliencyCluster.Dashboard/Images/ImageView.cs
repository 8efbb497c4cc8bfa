using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SaliencyCluster.Client.Maps;
using SaliencyCluster.Dashboard.Hosting;

namespace SaliencyCluster.Dashboard.Images;

/// <summary>The panels in the browser: image-view.js draws them.</summary>
internal sealed class ImageView(IJSObjectReference module, IJSObjectReference view) : IAsyncDisposable
{
    /// <summary>Makes the panels of an element; the image is drawn as soon as it has loaded.</summary>
    /// <param name="script">The browser.</param>
    /// <param name="assets">Where the script is.</param>
    /// <param name="root">The element.</param>
    /// <param name="imageUrl">The image.</param>
    /// <param name="place">Where maps lie on the image, as shares of its sides: left, upper, right, lower; null for all of it.</param>
    public static async Task<ImageView> CreateAsync(IJSRuntime script, AssetFiles assets, ElementReference root, string imageUrl, double[]? place)
    {
        var module = await script.InvokeAsync<IJSObjectReference>("import", assets.Url("image-view.js"));
        return new(module, await module.InvokeAsync<IJSObjectReference>("create", root, imageUrl, place));
    }

    /// <summary>Shows a map in a panel; its channels are added up, as the pictures of maps do.</summary>
    public ValueTask ShowAsync(string panel, SaliencyMap map, MapKind kind)
    {
        var (height, width) = kind.ChannelsLast ? (map.Shape[^3], map.Shape[^2]) : (map.Shape[^2], map.Shape[^1]);
        var sum = new float[height * width];
        var channels = map.Values.Length / sum.Length;
        for (var i = 0; i < map.Values.Length; i++) sum[kind.ChannelsLast ? i / channels : i % sum.Length] += map.Values[i];
        return CallAsync("setMap", panel, width, height, MemoryMarshal.AsBytes<float>(sum).ToArray(), kind);
    }

    /// <summary>Forgets the map of a panel.</summary>
    public ValueTask RemoveAsync(string panel) => CallAsync("remove", panel);

    /// <summary>Writes into the address which panels there are.</summary>
    public ValueTask KeepPanelsAsync(IEnumerable<PanelSpec> panels) => CallAsync("keepPanels", string.Join(',', panels));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CallAsync("dispose");
        try
        {
            await view.DisposeAsync();
            await module.DisposeAsync();
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // The page is gone, and the panels with it.
        }
    }

    private static bool IsGone(Exception error) => error is JSDisconnectedException or TaskCanceledException or ObjectDisposedException;

    private async ValueTask CallAsync(string name, params object?[] values)
    {
        try
        {
            await view.InvokeVoidAsync(name, values);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // The page was closed while this was on its way to it.
        }
    }
}

/// <summary>What the numbers of a map mean.</summary>
/// <param name="Signed">Whether negative ones are evidence against the target.</param>
/// <param name="HasOffset">Whether zero means nothing, so that colours start at the least value.</param>
/// <param name="ChannelsLast">Whether its channels are the last dimension.</param>
/// <param name="IsFinal">Whether no point is to come.</param>
internal sealed record MapKind(bool Signed, bool HasOffset, bool ChannelsLast, bool IsFinal);
