using System.Globalization;

namespace SaliencyCluster.Grains.Abstractions.Keys;

/// <summary>Names one version of a registered model: the key of <see cref="Models.IModelGrain"/>.</summary>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Name">The name it was registered under.</param>
/// <param name="Version">From 1, counted up by every registration that changes anything.</param>
public readonly record struct ModelKey(string Tenant, string Name, int Version)
{
    /// <summary>Reads a grain key.</summary>
    public static ModelKey Parse(string key)
    {
        var parts = GrainKeys.Split(key, 2);
        var colon = parts[1].LastIndexOf(':');
        return new(parts[0], parts[1][..colon], GrainKeys.Number(parts[1][(colon + 1)..]));
    }

    /// <summary>Gets what users call it: <c>name:version</c>.</summary>
    public string Label => string.Create(CultureInfo.InvariantCulture, $"{Name}:{Version}");

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}/{Label}";
}
