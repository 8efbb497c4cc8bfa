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
    public static async Task<ImageView> CreateAsync(IJSRuntime script, AssetFiles assets, ElementReference root, string imageUrl, object settings)
    {
        var module = await script.InvokeAsync<IJSObjectReference>("import", assets.Url("image-view.js"));
        return new(module, await module.InvokeAsync<IJSObjectReference>("create", root, imageUrl, settings));
    }

    /// <summary>Shows a map in a panel; its channels are added up, as the pictures of maps do.</summary>
    public ValueTask ShowAsync(string panel, SaliencyMap map, MapKind kind)
    {
        var (height, width) = kind.ChannelsLast ? (map.Shape[^3], map.Shape[^2]) : (map.Shape[^2], map.Shape[^1]);
        var sum = new float[height * width];
        var channels = map.Values.Length / sum.Length;
        for (var i = 0; i < map.Values.Length; i++) sum[kind.ChannelsLast ? i / channels : i % sum.Length] += map.Values[i];
        return view.InvokeVoidAsync("setMap", panel, width, height, MemoryMarshal.AsBytes<float>(sum).ToArray(), kind);
    }

    /// <summary>Forgets the map of a panel.</summary>
    public ValueTask RemoveAsync(string panel) => view.InvokeVoidAsync("remove", panel);

    /// <summary>Shows maps over the image (<c>overlay</c>) or alone (<c>map</c>).</summary>
    public ValueTask SetViewAsync(string name) => view.InvokeVoidAsync("setView", name);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await view.InvokeVoidAsync("dispose");
            await view.DisposeAsync();
            await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and the panels with it.
        }
    }
}

/// <summary>What the numbers of a map mean.</summary>
/// <param name="Signed">Whether negative ones are evidence against the target.</param>
/// <param name="HasOffset">Whether zero means nothing, so that colours start at the least value.</param>
/// <param name="ChannelsLast">Whether its channels are the last dimension.</param>
/// <param name="IsFinal">Whether no point is to come.</param>
internal sealed record MapKind(bool Signed, bool HasOffset, bool ChannelsLast, bool IsFinal);
