using SaliencyCluster.Gateway.Models;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>How images get a model's size, as a gateway says it.</summary>
internal static class WireResize
{
    /// <summary>Reads it; a gateway of before says nothing of it and stretches.</summary>
    public static ResizePolicy Read(Resize? wire) => wire is null ? ResizePolicy.Default : new(
        ResizeNames.Modes.GetValueOrDefault(wire.Mode, ResizeMode.Stretch),
            ResizeNames.Interpolations.GetValueOrDefault(wire.Interpolation, Interpolation.Bilinear))
    {
        ShortSide = wire.HasShortSide ? wire.ShortSide : null,
        CropShare = wire.HasCropShare ? wire.CropShare : 1,
        Size = wire is { HasHeight: true, HasWidth: true } ? (wire.Height, wire.Width) : null,
        Fill = wire.Fill.Count == 3 ? ((byte)wire.Fill[0], (byte)wire.Fill[1], (byte)wire.Fill[2]) : default,
    };

    /// <summary>Writes it; stretching as always is not written.</summary>
    public static Resize? Write(ResizePolicy policy) => policy == ResizePolicy.Default ? null : ResizeReader.Write(policy);
}
