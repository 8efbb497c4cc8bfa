using System.Globalization;
using SaliencyCluster.Attribution.Points;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Reads the <c>baseline</c> option: one or several of <c>zeros</c>, <c>ones</c>, <c>black</c>, <c>white</c>, <c>mean</c>, <c>blur[:SIGMA]</c>, <c>uniform</c> or file names, separated by commas.</summary>
public static class BaselineSpec
{
    /// <summary>Gets the parts that are neither a known word nor a stored tensor: files that the caller reads and sends along, in this order.</summary>
    public static IReadOnlyList<string> Files(string? text) => [.. Parts(text).Where(p => Word(p, 0) is null)];

    /// <summary>Gets the recipes of a resolved request's baselines; empty for methods that read none.</summary>
    public static IReadOnlyList<BaselineRecipe> Recipes(ExplanationRequest request, uint imageIndex)
    {
        var stored = 0;
        var recipes = new List<BaselineRecipe>();
        foreach (var part in Parts(request.Baseline))
        {
            var recipe = Word(part, recipes.Count) ?? new BaselineRecipe(BaselineKind.Stored, stored++);
            recipes.Add(recipe.Kind == BaselineKind.Uniform ? recipe with { Seed = request.Seed ?? 0, ImageIndex = imageIndex } : recipe);
        }
        return recipes;
    }

    private static IEnumerable<string> Parts(string? text) =>
        text is null ? [] : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static BaselineRecipe? Word(string part, int number) => part switch
    {
        "zeros" => new(BaselineKind.Zeros),
        "ones" => new(BaselineKind.Ones),
        "black" => new(BaselineKind.Least),
        "white" => new(BaselineKind.Greatest),
        "mean" => new(BaselineKind.Mean),
        "blur" => new(BaselineKind.Blur),
        "uniform" => new(BaselineKind.Uniform, number),
        _ when part.StartsWith("blur:", StringComparison.Ordinal)
            && double.TryParse(part.AsSpan(5), NumberStyles.Float, CultureInfo.InvariantCulture, out var sigma) && sigma > 0 && sigma <= 1000
            => new(BaselineKind.Blur, sigma),
        _ => null,
    };
}
