namespace SaliencyCluster.Autodiff.Layouts;

/// <summary>What the graph says of its image.</summary>
/// <param name="Layout">Where the channels stand.</param>
/// <param name="SeenAt">The node that reads them as channels; null where only the input's shape was there to go by.</param>
/// <param name="Channels">How many channels that node reads; null where it does not say.</param>
internal sealed record FoundLayout(ImageLayout Layout, string? SeenAt, long? Channels);
