using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>What a model card says of resizing; the same members as the options of the command line.</summary>
/// <param name="Mode"><c>stretch</c>, <c>crop</c>, <c>fit</c> or <c>none</c>.</param>
/// <param name="Interpolation">Its name, such as <c>bicubic</c>.</param>
/// <param name="ShortSide">What the short side is brought to before a crop.</param>
/// <param name="CropShare">Which share of the short side a crop keeps.</param>
/// <param name="Size">Height and width for a model that leaves them free.</param>
/// <param name="Fill">Red, green and blue around a picture that does not fill the input.</param>
internal sealed record CardResize(
    string? Mode = null, string? Interpolation = null, int? ShortSide = null, double? CropShare = null, IReadOnlyList<int>? Size = null,
        IReadOnlyList<byte>? Fill = null)
{
    /// <summary>Puts what is said over what is known.</summary>
    /// <exception cref="SaliencyException">SAL2514: a value is none that it can have.</exception>
    public ResizePolicy Over(ResizePolicy known)
    {
        var mode = Mode is null ? known.Mode : Named(ResizeNames.Modes, Mode, "mode");
        var policy = known with { Mode = mode, Interpolation = Interpolation is null ? known.Interpolation
            : Named(ResizeNames.Interpolations, Interpolation, "interpolation") };
        // Another mode, another meaning of the sides.
        if (mode != ResizeMode.Crop || ShortSide is not null) policy = policy with { ShortSide = null, CropShare = 1 };
        if (Size is { Count: not (1 or 2) }) throw Wrong("size", "It must be one number, or height and width.");
        if (Fill is { Count: not (1 or 3) }) throw Wrong("fill", "It must be one number, or red, green and blue.");
        return (policy with
        {
            ShortSide = ShortSide ?? policy.ShortSide,
            CropShare = CropShare ?? policy.CropShare,
            Size = Size is null ? policy.Size : (Size[0], Size[^1]),
            Fill = Fill is null ? policy.Fill : (Fill[0], Fill[Fill.Count / 2], Fill[^1]),
        }).Checked();
    }

    private static T Named<T>(IReadOnlyDictionary<string, T> names, string name, string member) =>
        names.TryGetValue(name, out var value) ? value
        : throw Wrong(member, $"'{name}' is none; it must be {string.Join(", ", names.Keys)}.");

    private static SaliencyException Wrong(string member, string next) =>
        new("SAL2514", $"`resize.{member}` of the model card is none that it can have.", next);
}
