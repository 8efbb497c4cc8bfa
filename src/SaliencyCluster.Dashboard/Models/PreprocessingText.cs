using System.Globalization;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Dashboard.Models;

/// <summary>Preprocessing as a user types and reads it.</summary>
internal static class PreprocessingText
{
    /// <summary>Reads the three fields; empty ones are left to the gateway's defaults.</summary>
    /// <exception cref="FormatException">A field is no number or list of numbers.</exception>
    public static Preprocessing Parse(string scale, string mean, string std)
    {
        var preprocessing = new Preprocessing();
        var scales = Numbers("Scale", scale);
        if (scales.Count > 1) throw new FormatException($"Scale is '{scale}'; it must be one number.");
        if (scales.Count == 1) preprocessing.Scale = scales[0];
        preprocessing.Mean.AddRange(Numbers("Mean", mean));
        preprocessing.Std.AddRange(Numbers("Standard deviation", std));
        return preprocessing;
    }

    /// <summary>Writes the formula with its numbers.</summary>
    public static string Write(Preprocessing p)
    {
        var resize = p.Resize is null or { Mode: "stretch", Interpolation: "bilinear" } ? ""
            : $", {p.Resize.Mode}, {p.Resize.Interpolation}";
        return Formula(p) + resize + (p.BlueFirst ? ", BGR" : "");
    }

    private static string Formula(Preprocessing p)
    {
        var scaled = p.HasScale && Math.Abs(p.Scale * 255 - 1) > 1e-9 ? $"pixel × {p.Scale.ToString("G6", CultureInfo.InvariantCulture)}" : "pixel / 255";
        if (p.Mean.All(m => m == 0) && p.Std.All(s => s == 1)) return scaled;
        return $"({scaled} − {List(p.Mean, "0")}) ÷ {List(p.Std, "1")}";
    }

    private static string List(IReadOnlyList<double> values, string none) =>
        values.Count == 0 ? none : values.Count == 1 ? Number(values[0]) : $"[{string.Join(", ", values.Select(Number))}]";

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static List<double> Numbers(string name, string text)
    {
        var numbers = new List<double>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // 1/255 is what people know by heart.
            var ratio = part.Split('/');
            if (ratio.Length > 2 || !ratio.All(r => double.TryParse(r, CultureInfo.InvariantCulture, out _)))
                throw new FormatException($"{name} is '{text}'; it must be numbers with commas between them, such as 0.485, 0.456, 0.406.");
            var values = ratio.Select(r => double.Parse(r, CultureInfo.InvariantCulture)).ToArray();
            numbers.Add(values.Length == 2 ? values[0] / values[1] : values[0]);
        }
        return numbers;
    }
}
