//! Names of container images.

/// The game as the AWS Load Balancer Controller's own examples have it: in a registry that limits nobody by address, and in a
/// format that containerd 2 reads. <https://github.com/kubernetes-sigs/aws-load-balancer-controller/tree/main/docs/examples/2048>
pub const GAME_IMAGE: &str = "public.ecr.aws/l6m2t8p7/docker-2048:latest";

/// The image that the workshop's chapter names. It is in Docker's schema 1, which containerd 2.1 does not read any more.
/// <https://github.com/alexwhen/docker-2048/issues/5>
pub const CHAPTER_IMAGE: &str = "alexwhen/docker-2048";

/// The registry of Docker Hub, which names without a registry mean.
pub const DOCKER_HUB: &str = "docker.io";

/// The host of the registry that an image comes from.
pub fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => match host {
            "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com" => DOCKER_HUB,
            host => host,
        },
        _ => DOCKER_HUB,
    }
}

/// The image's repository in its registry, without tag and digest.
pub fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    let path = match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => path,
        _ => name,
    };
    path.split(':').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_registry_is_one_of_docker_hub() {
        for (image, host, path) in [
            ("nginx", "docker.io", "nginx"),
            (CHAPTER_IMAGE, "docker.io", "alexwhen/docker-2048"),
            ("alexwhen/docker-2048:latest", "docker.io", "alexwhen/docker-2048"),
            (
                "docker.io/alexwhen/docker-2048@sha256:1",
                "docker.io",
                "alexwhen/docker-2048",
            ),
            ("index.docker.io/library/nginx:1", "docker.io", "library/nginx"),
            (GAME_IMAGE, "public.ecr.aws", "l6m2t8p7/docker-2048"),
            ("localhost:5000/game:1", "localhost:5000", "game"),
        ] {
            assert_eq!((registry(image), repository(image)), (host, path), "{image}");
        }
    }
}
