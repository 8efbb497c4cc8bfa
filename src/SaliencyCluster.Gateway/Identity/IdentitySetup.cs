using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Identity.Tokens;
using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Keys;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Adds authentication and authorisation: what says nothing else needs a key.</summary>
internal static class IdentitySetup
{
    private static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="Onnx.SaliencyException">SAL9025: the key file is missing or holds mistakes.</exception>
    public static IServiceCollection AddIdentity(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(new KeyStore(options.KeysFile, TimeProvider.System, options.AsksWhoCalls)).AddHostedService<KeyReload>();
        if (options.Tokens is { } tokens)
        {
            services.AddSingleton(s => new TokenCheck(
                tokens, new(tokens.Issuer!, new HttpClient { Timeout = ProviderTimeout }, TimeProvider.System,
                    s.GetRequiredService<ILogger<ProviderKeys>>()),
                TimeProvider.System));
        }
        services.AddSingleton(s => new BrowserSessions(
            s.GetRequiredService<IGrainFactory>().GetGrain<ISecretGrain>(GrainKeys.Single).GetAsync, s.GetRequiredService<KeyStore>(), TimeProvider.System));
        services.AddAuthentication(ApiKeyHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        services.AddSingleton<IAuthorizationHandler, RoleHandler>().AddSingleton<IAuthorizationMiddlewareResultHandler, AccessRefusal>();
        services.AddAuthorization(o =>
        {
            foreach (var role in Enum.GetValues<Role>()) o.AddPolicy(role.ToString(), Policies.Of(role));
            o.AddPolicy(Policies.Scale, Policies.OfScaler());
            o.DefaultPolicy = o.FallbackPolicy = Policies.Of(Role.Submit);
        });
        return services;
    }
}
