//! A whole workshop on real parts: control plane, AWS, Fargate, controller, a way to the ALB, and a desk before it all.

use crate::controller::Controller;
use crate::desk::Desk;
use crate::doorway::Doorway;
use crate::fargate::Fargate;
use crate::moto::Moto;
use crate::plane::Plane;
use crate::system;

/// The lab's namespace.
pub(crate) const NAMESPACE: &str = "fargate-game-2048";

/// What a test works in.
pub(crate) struct Workshop {
    /// The participant's desk.
    pub(crate) desk: Desk,
    /// The cluster.
    pub(crate) plane: Plane,
    /// The cluster's client, with the administrator's rights.
    pub(crate) client: kube::Client,
    /// AWS.
    pub(crate) moto: Moto,
    _doorway: Doorway,
    _controller: Controller,
    _fargate: Fargate,
}

impl Workshop {
    /// Opens one: what an earlier chapter has left, and no lab.
    pub(crate) async fn open() -> Self {
        let (plane, moto) = futures::join!(Plane::start(), Moto::start());
        let client = plane.client().await;
        let fargate = Fargate::start(client.clone(), moto.aws(), moto.network.clone()).await;
        system::install(&client, &moto.network.vpc).await;
        let controller = Controller::start(client.clone(), moto.aws(), moto.network.clone());
        let doorway = Doorway::open(moto.aws()).await;
        let mut desk = Desk::before(&moto.url(), &plane.kubeconfig());
        desk.set("HTTP_PROXY", doorway.url());
        desk.set("NO_PROXY", "127.0.0.1,localhost");
        Self {
            desk,
            client,
            plane,
            moto,
            _doorway: doorway,
            _controller: controller,
            _fargate: fargate,
        }
    }
}
