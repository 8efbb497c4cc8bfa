namespace SaliencyCluster.Imaging.Sizing;

/// <summary>The names of resizing in files, options and results.</summary>
public static class ResizeNames
{
    /// <summary>Gets every interpolation by its name.</summary>
    public static IReadOnlyDictionary<string, Interpolation> Interpolations { get; } = Named<Interpolation>();

    /// <summary>Gets every mode by its name.</summary>
    public static IReadOnlyDictionary<string, ResizeMode> Modes { get; } = Named<ResizeMode>();

    /// <summary>Gets the name: <c>bilinear-plain</c>.</summary>
    public static string Name(this Interpolation interpolation) => Kebab(interpolation.ToString());

    /// <summary>Gets the name: <c>stretch</c>.</summary>
    public static string Name(this ResizeMode mode) => Kebab(mode.ToString());

    private static Dictionary<string, T> Named<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(v => Kebab(v.ToString()), StringComparer.OrdinalIgnoreCase);

    private static string Kebab(string name) =>
        string.Concat(name.Select((letter, i) => (char.IsUpper(letter) && i > 0 ? "-" : "") + char.ToLowerInvariant(letter)));
}
