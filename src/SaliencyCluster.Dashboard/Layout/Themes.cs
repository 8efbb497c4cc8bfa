using MudBlazor;

namespace SaliencyCluster.Dashboard.Layout;

/// <summary>The colours of base.css for the component library's own parts, and the system's font.</summary>
internal static class Themes
{
    private static readonly string[] Fonts = ["system-ui", "Segoe UI", "Noto Sans", "DejaVu Sans", "sans-serif"];

    public static MudTheme Calm { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#1f5fa8", Secondary = "#566073", Error = "#b2182b", Success = "#14694a", Warning = "#7a5200", Info = "#1f5fa8",
            Background = "#f5f6f8", Surface = "#ffffff", TextPrimary = "#1b2230", TextSecondary = "#566073", LinesDefault = "#e2e5ea", Divider = "#e2e5ea",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#7fb4ec", Secondary = "#9ca7b8", Error = "#ff8f86", Success = "#63d0a3", Warning = "#e8bb62", Info = "#7fb4ec",
            Background = "#0f131a", Surface = "#171c26", TextPrimary = "#e7eaf0", TextSecondary = "#9ca7b8", LinesDefault = "#272f3d", Divider = "#272f3d",
        },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts, FontSize = "15px" } },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
    };
}
