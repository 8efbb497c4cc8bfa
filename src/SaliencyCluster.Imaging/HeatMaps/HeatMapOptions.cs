using SaliencyCluster.Attribution.Methods;

namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>How a heat map looks.</summary>
public sealed record HeatMapOptions
{
    /// <summary>Gets how channels become one number.</summary>
    /// <value>The default is the sum.</value>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>Gets whether evidence against the target has a colour of its own; otherwise magnitudes are shown.</summary>
    /// <value>The default is true; use the method's <c>Signed</c>. Reductions without signs are never signed.</value>
    public bool Signed { get; init; } = true;

    /// <summary>Gets whether the map's zero means nothing, so that colours start at its least value; only for maps that are not signed.</summary>
    /// <value>The default is false; use the method's <c>HasOffset</c>.</value>
    public bool FromLeast { get; init; }

    /// <summary>Gets the share of the map's total magnitude, in percent, that may be clipped to full colour.</summary>
    /// <value>From 0 (none) to below 100. The default is 2, as Captum's <c>outlier_perc</c>.</value>
    public double ClippedPercent { get; init; } = 2;

    /// <summary>Gets how strongly the colours cover the image where the map is at its strongest.</summary>
    /// <value>From 0 to 1. The default is 0.9.</value>
    public double Opacity { get; init; } = 0.9;

    /// <summary>Gets the least length of the picture's longer side; a smaller one is enlarged by a whole factor.</summary>
    /// <value>From 1 to 4096. The default is 300.</value>
    public int MinSide { get; init; } = 300;

    /// <summary>Gets whether a colour bar stands beside the picture; one that is lower than 96 pixels never has one.</summary>
    /// <value>The default is true.</value>
    public bool ColourBar { get; init; } = true;

    /// <summary>Gets the rectangle that is drawn over the map, such as the detection that is explained; null draws none.</summary>
    public Mark? Mark { get; init; }

    /// <summary>Gets these options with sign and zero as a method means them; what is not known is signed.</summary>
    /// <param name="method">The method's name.</param>
    public HeatMapOptions For(string method) => MethodCatalog.Find(method)?.Description is { } description
        ? this with { Signed = description.Signed, FromLeast = description.HasOffset }
        : this with { Signed = true, FromLeast = false };
}
