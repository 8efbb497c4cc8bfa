using Microsoft.Extensions.Configuration;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Explain;

/// <summary>The bounds of a run in this process: those of a cluster, from the environment.</summary>
internal static class LocalBounds
{
    /// <summary>Reads <c>Saliency__Requests__MaxPoints</c> and its like.</summary>
    /// <exception cref="SaliencyException">SAL9201: names every wrong key.</exception>
    public static RequestBounds Read()
    {
        try
        {
            var section = new ConfigurationBuilder().AddEnvironmentVariables().Build().GetSection(RequestBounds.Section);
            var bounds = section.Get<RequestBounds>(binder => binder.ErrorOnUnknownConfiguration = true) ?? RequestBounds.Default;
            return bounds.Mistakes().ToList() is { Count: > 0 } mistakes ? throw Wrong(string.Join(' ', mistakes), null) : bounds;
        }
        catch (InvalidOperationException error)
        {
            throw Wrong($"The section {RequestBounds.Section} cannot be read: {error.Message}", error);
        }
    }

    private static SaliencyException Wrong(string what, Exception? cause) => new("SAL9201", what, "Correct the environment variables and start again.", cause);
}
