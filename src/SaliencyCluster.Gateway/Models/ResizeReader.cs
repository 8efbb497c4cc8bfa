using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Models;

/// <summary>Reads and writes how images get a model's size.</summary>
public static class ResizeReader
{
    private const string Field = "header.preprocessing.resize";

    /// <summary>Reads it; what is wrong is added to the errors.</summary>
    internal static ResizePolicy Read(Resize? resize, List<(string Field, string Problem)> errors)
    {
        if (resize is null) return ResizePolicy.Default;
        var known = errors.Count;
        var mode = Named(ResizeNames.Modes, resize.Mode, "mode", ResizeMode.Stretch, errors);
        var interpolation = Named(ResizeNames.Interpolations, resize.Interpolation, "interpolation", Interpolation.Bilinear, errors);
        if (resize.HasHeight != resize.HasWidth) errors.Add(($"{Field}.height", "Height and width must be given together."));
        if (resize.Fill.Count is not (0 or 3) || resize.Fill.Any(v => v > 255)) errors.Add(
            ($"{Field}.fill", "The fill must be three numbers from 0 to 255, or empty."));
        if (errors.Count > known) return ResizePolicy.Default;
        try
        {
            return new ResizePolicy(mode, interpolation)
            {
                ShortSide = resize.HasShortSide ? resize.ShortSide : null,
                CropShare = resize.HasCropShare ? resize.CropShare : 1,
                Size = resize.HasHeight ? (resize.Height, resize.Width) : null,
                Fill = resize.Fill.Count == 3 ? ((byte)resize.Fill[0], (byte)resize.Fill[1], (byte)resize.Fill[2]) : default,
            }.Checked();
        }
        catch (SaliencyException wrong)
        {
            errors.Add((Field, wrong.What));
            return ResizePolicy.Default;
        }
    }

    /// <summary>Writes it.</summary>
    public static Resize Write(ResizePolicy policy)
    {
        var resize = new Resize { Mode = policy.Mode.Name(), Interpolation = policy.Interpolation.Name(),
            Fill = { policy.Fill.Red, policy.Fill.Green, policy.Fill.Blue } };
        if (policy.ShortSide is { } side) resize.ShortSide = side;
        if (policy.CropShare < 1) resize.CropShare = policy.CropShare;
        if (policy.Size is var (height, width)) (resize.Height, resize.Width) = (height, width);
        return resize;
    }

    private static T Named<T>(IReadOnlyDictionary<string, T> names, string name, string field, T otherwise, List<(string, string)> errors)
    {
        if (name.Length == 0 || names.TryGetValue(name, out _)) return name.Length == 0 ? otherwise : names[name];
        errors.Add(($"{Field}.{field}",
            $"The {field} is '{name}'. {Suggestion.For(name, names.Keys)}It must be {string.Join(", ", names.Keys)}."));
        return otherwise;
    }
}
